use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, Uri, header},
    response::Response,
};
use serde::Deserialize;

use super::pages::{Site, see_other};
use crate::{
    domain::{AuthError, Flaw, Language, NextPath, Theme},
    server::http,
};

#[derive(Debug, Deserialize)]
pub(super) struct ThemeForm {
    theme: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct LanguageForm {
    language: String,
}

/// Remembers a theme, and goes back to the page on which it was chosen.
pub(super) async fn choose_theme(
    State(site): State<Site>,
    headers: HeaderMap,
    form: Result<Form<ThemeForm>, FormRejection>,
) -> Response {
    let theme = form.ok().and_then(|Form(form)| Theme::parse(&form.theme));
    go_back(
        &headers,
        theme.and_then(|theme| http::remember_theme(theme, site.vault.cookies().secure)),
    )
}

/// Remembers a language, and goes back to the page on which it was chosen.
pub(super) async fn choose_language(
    State(site): State<Site>,
    headers: HeaderMap,
    form: Result<Form<LanguageForm>, FormRejection>,
) -> Response {
    let language = form
        .ok()
        .and_then(|Form(form)| Language::parse(&form.language));
    go_back(
        &headers,
        language
            .and_then(|language| http::remember_language(language, site.vault.cookies().secure)),
    )
}

/// `chosen` is the cookie that remembers the choice, or `None` if there is no such choice.
fn go_back(headers: &HeaderMap, chosen: Option<HeaderValue>) -> Response {
    let Some(cookie) = chosen else {
        return http::answer(&AuthError::InvalidInput(Flaw::Choice), false);
    };
    let mut response = see_other(&page_before(headers).unwrap_or_else(|| "/".to_owned()));
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

/// The page that the form was on: a path of this site, whatever `Referer` says (OWASP ASVS 3.7.2).
fn page_before(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let page = referer.path_and_query()?.as_str();
    let is_login = referer.path() == "/login";
    (is_login || NextPath::parse(page).is_some()).then(|| page.to_owned())
}
