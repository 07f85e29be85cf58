use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Uri, header},
    response::Response,
};
use leptos::nonce::Nonce;
use quick_cache::sync::Cache;

use crate::{
    domain::{Language, Theme, Visitor},
    server::http,
    ui::{FirstRender, Notice},
};

/// All that the login page depends on for those who are not signed in. Nothing that a visitor can make up is in here, so
/// there are few of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SharedPage {
    notice: Option<Notice>,
    theme: Theme,
    language: Language,
}

/// More than there are.
const PAGES: usize = 64;

/// Login pages, rendered once and sent to everybody, each time with another nonce.
#[derive(Debug, Clone)]
pub(super) struct SharedPages(Arc<Cache<SharedPage, Arc<Template>>>);

/// A page without its nonce.
#[derive(Debug)]
struct Template {
    headers: HeaderMap,
    /// What stands before, between and behind the nonces.
    pieces: Vec<Bytes>,
}

impl SharedPage {
    /// Which one an address stands for; `None` when its page is somebody's own, or says what was in the address.
    pub fn asked_for(
        first: &FirstRender,
        address: &Uri,
        theme: Theme,
        language: Language,
    ) -> Option<Self> {
        let FirstRender {
            visitor: Visitor::Anonymous,
            notice,
            attempt: None,
        } = first
        else {
            return None;
        };
        let query = if *notice == Some(Notice::SignedOut) {
            Some("signed-out")
        } else {
            None
        };
        let is_login = address.path() == "/login" && address.query() == query;
        is_login.then_some(Self {
            notice: *notice,
            theme,
            language,
        })
    }
}

impl Default for SharedPages {
    fn default() -> Self {
        Self(Arc::new(Cache::new(PAGES)))
    }
}

impl SharedPages {
    /// The page with a nonce of its own, if it was rendered before.
    pub fn answer(&self, page: SharedPage) -> Option<Response> {
        Some(self.0.get(&page)?.answer(Nonce::new().as_ref()))
    }

    /// Remembers a page that was just rendered, and what it was sent with.
    pub fn keep(&self, page: SharedPage, headers: &HeaderMap, text: &Bytes) {
        if let Some(template) = Template::of(headers, text) {
            self.0.insert(page, Arc::new(template));
        }
    }
}

impl Template {
    /// `None` for a page without a nonce: then something is not as it should be.
    fn of(headers: &HeaderMap, text: &Bytes) -> Option<Self> {
        let policy = headers
            .get(header::CONTENT_SECURITY_POLICY)?
            .to_str()
            .ok()?;
        let (nonce, _) = policy.split_once("'nonce-")?.1.split_once('\'')?;
        let pieces = std::str::from_utf8(text).ok()?.split(nonce);
        let pieces = pieces
            .map(|piece| text.slice_ref(piece.as_bytes()))
            .collect();
        let mut headers = headers.clone();
        headers.remove(header::CONTENT_SECURITY_POLICY);
        Some(Self { headers, pieces })
    }

    fn answer(&self, nonce: &str) -> Response {
        let mut response = Response::new(Body::from(self.pieces.join(nonce.as_bytes())));
        *response.headers_mut() = self.headers.clone();
        response
            .headers_mut()
            .extend(http::page_policy(nonce, false));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked_for(visitor: Visitor, notice: Option<Notice>, address: &str) -> bool {
        let first = FirstRender {
            visitor,
            notice,
            attempt: None,
        };
        SharedPage::asked_for(
            &first,
            &address.parse().unwrap(),
            Theme::System,
            Language::English,
        )
        .is_some()
    }

    #[test]
    fn only_what_is_the_same_for_everybody_is_shared() {
        assert!(asked_for(Visitor::Anonymous, None, "/login"));
        assert!(asked_for(
            Visitor::Anonymous,
            Some(Notice::SignedOut),
            "/login?signed-out"
        ));
        assert!(!asked_for(Visitor::Unknown, None, "/login"));
        for address in [
            "/login?next=/dashboard",
            "/login?",
            "/login?signed-out",
            "/login?x",
            "/elsewhere",
        ] {
            assert!(!asked_for(Visitor::Anonymous, None, address), "{address}");
        }
        for address in ["/login", "/login?signed-out&x", "/login?x&signed-out"] {
            assert!(
                !asked_for(Visitor::Anonymous, Some(Notice::SignedOut), address),
                "{address}"
            );
        }
    }

    #[test]
    fn a_page_without_a_nonce_is_not_kept() {
        assert!(Template::of(&HeaderMap::new(), &Bytes::from_static(b"page")).is_none());
    }
}
