use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, Uri, header},
    response::Response,
};
use serde::Deserialize;

use super::pages::{Site, see_other};
use crate::{
    domain::{AuthError, NextPath, Theme},
    server::http,
};

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    theme: String,
}

/// Remembers a theme, and goes back to the page on which it was chosen.
pub(super) async fn choose_theme(
    State(site): State<Site>,
    headers: HeaderMap,
    choice: Result<Form<Choice>, FormRejection>,
) -> Response {
    let Some(theme) = choice.ok().and_then(|Form(choice)| Theme::parse(&choice.theme)) else {
        return http::answer(&AuthError::InvalidInput("There is no such theme.".to_owned()), false);
    };
    let mut response = see_other(&page_before(&headers).unwrap_or_else(|| "/".to_owned()));
    if let Some(cookie) = http::remember_theme(theme, site.vault.cookies().secure) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The page that the form was on: a path of this site, whatever `Referer` says (OWASP ASVS 3.7.2).
fn page_before(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let page = referer.path_and_query()?.as_str();
    let is_login = referer.path() == "/login";
    (is_login || NextPath::parse(page).is_some()).then(|| page.to_owned())
}
