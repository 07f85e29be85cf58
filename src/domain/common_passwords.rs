use std::{collections::HashSet, sync::LazyLock};

/// One password a line; the file names its source and its licence.
static LIST: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
});

/// Whether a password is one of the most used ones, in upper or lower case (OWASP ASVS 6.2.4).
pub(super) fn is_common(password: &str) -> bool {
    LIST.contains(password.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_ten_thousand_passwords_of_eight_characters_and_more() {
        assert_eq!(LIST.len(), 10_000);
        assert!(
            LIST.iter()
                .all(|password| password.chars().count() >= 8 && !is_common(&password[1..7]))
        );
    }

    #[test]
    fn upper_case_does_not_make_a_common_password_rare() {
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
