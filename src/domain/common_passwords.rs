use std::{collections::HashSet, sync::LazyLock};

/// One password per line, in lower case. The file names its source and licence.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
});

/// Whether a password is one of the most used ones, ignoring case (OWASP ASVS 6.2.4).
pub(super) fn is_common(password: &str) -> bool {
    COMMON.contains(password.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_ten_thousand_passwords_of_at_least_eight_characters() {
        assert_eq!(COMMON.len(), 10_000);
        assert!(
            COMMON
                .iter()
                .all(|password| password.chars().count() >= 8 && !is_common(&password[1..7]))
        );
    }

    #[test]
    fn a_common_password_is_recognised_in_any_case() {
        for password in [
            "password",
            "PASSWORD",
            "Trustno1",
            "qwertyUIOP",
            "1234567890",
        ] {
            assert!(is_common(password), "{password}");
        }
        assert!(!is_common("analytical engine"));
    }
}
