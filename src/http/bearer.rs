use axum::http::{HeaderMap, header};

use crate::domain::AccessToken;

/// The access token of a request, from its one `Authorization: Bearer` header (RFC 6750 §2.1). Of
/// two such headers, nobody can say which is right, so they are none.
#[must_use]
pub(super) fn bearer_token(headers: &HeaderMap) -> Option<AccessToken> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then(|| AccessToken::new(token.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_of(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        bearer_token(&headers).map(|token| token.expose().to_owned())
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        assert_eq!(token_of(&["Bearer a.b.c"]).as_deref(), Some("a.b.c"));
        assert_eq!(token_of(&["bEARER a.b.c"]).as_deref(), Some("a.b.c"));
    }

    #[test]
    fn anything_but_one_token_is_none() {
        for values in [
            &[][..],
            &["Bearer"],
            &["Bearer "],
            &["Basic a.b.c"],
            &["Bearer a b"],
            &["Bearer a", "Bearer b"],
            &["a.b.c"],
        ] {
            assert_eq!(token_of(values), None, "{values:?}");
        }
    }
}
