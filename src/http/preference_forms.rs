use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, Uri, header},
    response::Response,
};
use serde::Deserialize;

use super::{edge_state::EdgeState, error_response::error_response, redirects::see_other};
use crate::domain::{AuthError, InputError, Language, NextPath, Theme, paths};

#[derive(Debug, Deserialize)]
pub(super) struct ThemeForm {
    theme: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct LanguageForm {
    language: String,
}

pub(super) async fn choose_theme(
    State(state): State<EdgeState>,
    headers: HeaderMap,
    form: Result<Form<ThemeForm>, FormRejection>,
) -> Response {
    let theme = form.ok().and_then(|Form(form)| Theme::parse(&form.theme));
    go_back(
        &headers,
        theme.and_then(|theme| state.cookies.set_theme(theme)),
    )
}

pub(super) async fn choose_language(
    State(state): State<EdgeState>,
    headers: HeaderMap,
    form: Result<Form<LanguageForm>, FormRejection>,
) -> Response {
    let language = form
        .ok()
        .and_then(|Form(form)| Language::parse(&form.language));
    go_back(
        &headers,
        language.and_then(|language| state.cookies.set_language(language)),
    )
}

/// `cookie` remembers the choice; `None` if it is not one of the choices.
fn go_back(headers: &HeaderMap, cookie: Option<HeaderValue>) -> Response {
    let Some(cookie) = cookie else {
        return error_response(&AuthError::InvalidInput(InputError::Choice), false);
    };
    let mut response = see_other(&previous_page(headers).unwrap_or_else(|| "/".to_owned()));
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

/// The page with the form: a path of this site, whatever `Referer` says (OWASP ASVS 3.7.2).
fn previous_page(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let page = referer.path_and_query()?.as_str();
    let is_ours = referer.path() == paths::LOGIN || NextPath::parse(page).is_some();
    is_ours.then(|| page.to_owned())
}
