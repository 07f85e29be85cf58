use woothee::parser::Parser;

use crate::domain::Device;

const UNKNOWN: &str = "UNKNOWN";

/// The name of a browser and its system, by its user agent. An unknown user agent is its own name.
#[must_use]
pub fn device(agent: &str) -> Device {
    match Parser::new().parse(agent) {
        Some(found) if found.name != UNKNOWN => Device {
            name: found.name.to_owned(),
            system: (found.os != UNKNOWN).then(|| found.os.to_owned()),
        },
        _ => Device {
            name: agent.to_owned(),
            system: None,
        },
    }
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
            ("command line of ada", "command line of ada"),
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
