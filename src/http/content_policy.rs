//! The content security policy of a page: ours, and what the application adds to it.

use std::sync::Once;

const NONE: &str = "'none'";
/// The additions are the same for every page.
static REPORT: Once = Once::new();

/// Scripts with the nonce of this response and what they load, wasm, and otherwise only this origin
/// (OWASP ASVS 3.4.3). `live_reload` allows the socket of `make dev`.
///
/// An addition is a directive and its sources. The sources are added to those of ours, or the
/// directive to the policy. One that is not well-formed is left out and reported in the log: it could
/// end a directive, or the whole header.
pub(super) fn content_policy(nonce: &str, live_reload: bool, additions: &[(&str, &str)]) -> String {
    let nonce = format!("'nonce-{nonce}'");
    let sockets: &[_] = if live_reload { &["ws:", "wss:"] } else { &[] };
    let mut policy = vec![
        ("default-src", vec![NONE]),
        (
            "script-src",
            vec![&*nonce, "'strict-dynamic'", "'wasm-unsafe-eval'"],
        ),
        ("style-src", vec!["'self'"]),
        ("img-src", vec!["'self'"]),
        ("connect-src", [&["'self'"], sockets].concat()),
        ("manifest-src", vec!["'self'"]),
        ("object-src", vec![NONE]),
        ("base-uri", vec![NONE]),
        ("form-action", vec!["'self'"]),
        ("frame-ancestors", vec![NONE]),
    ];
    let (well_formed, malformed): (Vec<_>, Vec<_>) = additions
        .iter()
        .partition(|(directive, sources)| is_well_formed(directive, sources));
    for (directive, sources) in well_formed {
        add(&mut policy, directive, sources);
    }
    if !malformed.is_empty() {
        REPORT.call_once(|| {
            tracing::error!(
                ?malformed,
                "these additions to the content security policy are left out: a directive is a name \
                 such as img-src, and its sources are separated by spaces, without `;` and `,`"
            );
        });
    }
    let directives = policy.into_iter();
    let directives = directives.map(|(name, sources)| [&[name], &*sources].concat().join(" "));
    directives.collect::<Vec<_>>().join("; ")
}

/// By the grammar of CSP Level 3 §2.3.
fn is_well_formed(directive: &str, sources: &str) -> bool {
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '-';
    let is_source = |char: char| char.is_ascii_graphic() && !matches!(char, ';' | ',');
    let mut sources = sources.split_ascii_whitespace().flat_map(str::chars);
    !directive.is_empty() && directive.chars().all(is_name) && sources.all(is_source)
}

/// Browsers read the first directive of a name, in any case, and no other. `'none'` stands for no
/// source at all, so it has no place beside one.
fn add<'a>(policy: &mut Vec<(&'a str, Vec<&'a str>)>, directive: &'a str, sources: &'a str) {
    let mut sources = sources.split_ascii_whitespace().collect();
    let same = |(name, _): &&mut (&str, _)| name.eq_ignore_ascii_case(directive);
    let Some((_, own)) = policy.iter_mut().find(same) else {
        return policy.push((directive, sources));
    };
    own.append(&mut sources);
    own.retain(|source| !source.eq_ignore_ascii_case(NONE));
    if own.is_empty() {
        own.push(NONE);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OURS: &str = "default-src 'none'; \
         script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    fn policy(additions: &[(&str, &str)]) -> String {
        content_policy("n", false, additions)
    }

    #[test]
    fn without_additions_it_is_ours() {
        assert_eq!(policy(&[]), OURS);
        let live = OURS.replace("connect-src 'self'", "connect-src 'self' ws: wss:");
        assert_eq!(content_policy("n", true, &[]), live);
    }

    #[test]
    fn sources_are_added_to_the_directives_of_ours() {
        let additions = [
            ("img-src", "https://a.example\n   data:"),
            ("IMG-SRC", "https://b.example"),
            ("object-src", "'self'"),
            ("frame-ancestors", "'none'"),
        ];
        let expected = OURS
            .replace(
                "img-src 'self'",
                "img-src 'self' https://a.example data: https://b.example",
            )
            .replace("object-src 'none'", "object-src 'self'");
        assert_eq!(policy(&additions), expected);
    }

    #[test]
    fn other_directives_are_added_to_the_policy() {
        let additions = [
            ("font-src", "https://a.example"),
            ("font-src", "https://b.example"),
            ("worker-src", "'none'"),
            ("upgrade-insecure-requests", ""),
        ];
        let expected = format!(
            "{OURS}; font-src https://a.example https://b.example; worker-src 'none'; \
             upgrade-insecure-requests"
        );
        assert_eq!(policy(&additions), expected);
    }

    #[test]
    fn what_is_not_well_formed_is_left_out_alone() {
        for (directive, sources) in [
            ("", "https://a.example"),
            ("img src", "https://a.example"),
            ("img-src;", "https://a.example"),
            ("img-src\n", "https://a.example"),
            ("bild-größe", "https://a.example"),
            ("img-src", "https://a.example; script-src *"),
            ("img-src", "https://a.example, script-src *"),
            ("img-src", "https://a.example\0"),
            ("img-src", "https://bücher.example"),
        ] {
            let additions = [(directive, sources), ("font-src", "'self'")];
            assert_eq!(policy(&additions), format!("{OURS}; font-src 'self'"));
        }
    }

    proptest! {
        /// Each directive of ours is there once, with its sources, and the header can be sent.
        #[test]
        fn no_addition_breaks_the_policy(directive in "\\PC*|[a-z-]+", sources in any::<String>()) {
            let policy = policy(&[(&*directive, &*sources)]);
            let directives: Vec<_> = policy.split("; ").collect();
            for ours in OURS.split("; ") {
                let name = ours.split(' ').next().unwrap();
                let named = |found: &&&str| found.split(' ').next() == Some(name);
                prop_assert_eq!(directives.iter().filter(named).count(), 1);
                prop_assert!(directives.iter().any(|found| found.starts_with(ours.trim_end_matches("'none'"))));
            }
            prop_assert!(directives.len() <= OURS.split("; ").count() + 1);
            prop_assert!(axum::http::HeaderValue::from_str(&policy).is_ok());
        }
    }
}
