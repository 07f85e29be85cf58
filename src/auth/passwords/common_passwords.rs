use std::{io, sync::LazyLock};

/// One password per line, in lower case. `common_passwords.md` names the sources and their licences.
static COMMON: LazyLock<String> = LazyLock::new(|| {
    let compressed = include_bytes!("common_passwords.txt.br").as_slice();
    let text = io::read_to_string(brotli::Decompressor::new(compressed, 4096));
    #[expect(clippy::expect_used, reason = "a test reads the same bytes")]
    text.expect("the list of common passwords is readable")
});

/// Whether a password is on the list, ignoring case (OWASP ASVS 6.2.4). Reading through all of it
/// takes 0.3 ms, a fortieth of the time of hashing the password.
pub(super) fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    COMMON.lines().any(|common| common == password)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_list_has_fifteen_thousand_passwords_that_are_long_enough_and_ten_thousand_shorter_ones()
    {
        let list: HashSet<&str> = COMMON.lines().collect();
        assert_eq!(list.len(), 24_936);
        let long = |password: &&&str| password.chars().count() >= 15;
        assert_eq!(list.iter().filter(long).count(), 14_953);
        assert!(
            list.iter()
                .all(|password| password.chars().count() >= 8
                    && password.to_lowercase() == *password)
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
            "123456789012345",
            "passwordPASSWORD",
            "ManchesterUnited",
            "1q2w3e4r5t6y7u8i",
            "iLoveYouForever",
        ] {
            assert!(is_common(password), "{password}");
        }
        for password in ["analytical engine", "password analytical", "", "\n"] {
            assert!(!is_common(password), "{password}");
        }
    }
}
