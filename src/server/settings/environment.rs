use figment::providers::Env;

const PREFIX: &str = "COUNTERSIGN_";

/// The settings in the environment. The first underscore separates section and key:
/// `SESSION_MAX_SECONDS` is `session.max_seconds`.
pub(super) fn environment() -> Env {
    Env::prefixed(PREFIX)
        .filter(|key| {
            let name = format!("{PREFIX}{}", key.as_str().to_ascii_uppercase());
            let value = std::env::var(&name).unwrap_or_default();
            !is_set_by_kubernetes(&name, &value)
        })
        .map(|key| {
            key.as_str()
                .to_ascii_lowercase()
                .replacen('_', ".", 1)
                .into()
        })
        .lowercase(false)
}

/// The variable that sets a key, or one that sets a key of this section.
pub(super) fn variable_of(key: &str) -> Option<String> {
    let name = format!("{PREFIX}{}", key.replace('.', "_")).to_ascii_uppercase();
    let mut set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    set.find(|found| {
        let found = found.to_ascii_uppercase();
        let rest = found.strip_prefix(&name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}

/// Whether a variable has the form of those that Kubernetes sets in every pod for each Service of
/// its namespace. Those of Services called `countersign` or `countersign-…` begin like ours.
fn is_set_by_kubernetes(name: &str, value: &str) -> bool {
    let words: Vec<_> = name.split('_').collect();
    match *words {
        [.., "SERVICE", "HOST" | "PORT"] => true,
        [.., "PORT", number, protocol]
        | [.., "PORT", number, protocol, "PROTO" | "PORT" | "ADDR"]
            if is_number(number) && PROTOCOLS.contains(&protocol) =>
        {
            true
        }
        [.., "PORT"] if is_address(value) => true,
        // The name of a port follows.
        _ => words.windows(2).any(|pair| pair == ["SERVICE", "PORT"]),
    }
}

const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a value is like `tcp://10.96.0.10:3000`.
fn is_address(value: &str) -> bool {
    let scheme = value.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| PROTOCOLS.contains(&&*scheme.to_ascii_uppercase()))
}
