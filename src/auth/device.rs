use woothee::parser::Parser;

use crate::domain::Device;

const UNKNOWN: &str = "UNKNOWN";

/// How long the name of an unknown program may be.
const MAX_PRODUCT: usize = 32;

/// The name of a browser and its system, by its user agent. An unknown user agent has the name of its
/// first product, or none.
#[must_use]
pub fn device(agent: &str) -> Device {
    match Parser::new().parse(agent) {
        Some(found) if found.name != UNKNOWN => Device {
            name: found.name.to_owned(),
            system: (found.os != UNKNOWN).then(|| found.os.to_owned()),
        },
        _ => Device {
            name: product(agent).unwrap_or_default().to_owned(),
            system: None,
        },
    }
}

/// The name of the first product (RFC 9110 §10.1.5). No more of the text: strangers choose it, and the
/// owner of an account reads it on a page of this site.
fn product(agent: &str) -> Option<&str> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let rest = agent.trim_start_matches(is_token);
    let name = agent.strip_suffix(rest)?;
    let is_product = rest.is_empty() || rest.starts_with(['/', ' ']);
    (is_product && name.len() <= MAX_PRODUCT).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn browsers_are_told_by_name_and_system() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome on Windows 10",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Unknown) Gecko/20100101 Firefox/140.0",
                "Firefox",
            ),
            ("mailer/8.14.1", "mailer"),
            ("some-program (by somebody)", "some-program"),
            ("Security: call +1-555-0100", ""),
            ("(a comment)", ""),
            ("a-name-that-is-longer-than-of-32-c/1.0", ""),
            ("\u{dc}ber/1.0", ""),
            ("", ""),
        ] {
            let found = device(agent);
            let words: Vec<_> = [Some(found.name), found.system]
                .into_iter()
                .flatten()
                .collect();
            assert_eq!(words.join(" on "), name);
        }
    }
}
