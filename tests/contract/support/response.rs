use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;

/// A response whose body has been read completely.
#[derive(Debug, PartialEq, Eq)]
pub struct TestResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl TestResponse {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The refresh cookie that the response sets: `name=value`, and its attributes.
    pub fn cookie(&self) -> Option<(&str, Vec<&str>)> {
        let set = self
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().unwrap());
        let cookie = set
            .into_iter()
            .find(|cookie| !cookie.contains("countersign-"))?;
        let mut parts = cookie.split("; ");
        Some((parts.next()?, parts.collect()))
    }

    /// The device cookie that a login sets: `name=value`, and its attributes.
    pub fn device_cookie(&self) -> Option<(&str, Vec<&str>)> {
        let set = self
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().unwrap());
        let mut parts = set
            .into_iter()
            .find(|cookie| cookie.contains("countersign-device="))?
            .split("; ");
        Some((parts.next()?, parts.collect()))
    }

    /// Asserts an empty 303 to `to`.
    #[track_caller]
    pub fn assert_redirect(&self, to: &str) {
        assert_eq!(self.status, 303, "{}", self.text());
        assert_eq!(self.header("location"), Some(to));
        assert_eq!(self.body.len(), 0);
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }

    /// Asserts that the response is an error as the contract defines it.
    #[track_caller]
    pub fn assert_error(&self, status: u16, code: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        let body = self.json();
        assert_eq!(body["error"], code);
        assert!(
            body["message"]
                .as_str()
                .is_some_and(|message| message.ends_with('.')),
            "{body}"
        );
        let retry_after = body.get("retry_after").map(ToString::to_string);
        assert_eq!(retry_after.is_some(), status == 429, "{body}");
        assert!(
            retry_after.is_none_or(|seconds| self.header("retry-after") == Some(&*seconds)),
            "{body}"
        );
        assert_eq!(
            body["reason"].is_string(),
            code == "invalid_input",
            "{body}"
        );
        assert_eq!(
            body.as_object().unwrap().len(),
            if [422, 429].contains(&status) { 3 } else { 2 },
            "{body}"
        );
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
    }

    /// Asserts that the token was refused: 401, the challenge with its error code, and the body.
    #[track_caller]
    pub fn assert_invalid_token(&self) {
        self.assert_error(401, "invalid_token");
        assert_eq!(
            self.header("www-authenticate"),
            Some(r#"Bearer realm="countersign", error="invalid_token""#)
        );
    }
}
