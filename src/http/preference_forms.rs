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
    page: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LanguageForm {
    language: String,
    page: Option<String>,
}

pub(super) async fn choose_theme(
    State(state): State<EdgeState>,
    headers: HeaderMap,
    form: Result<Form<ThemeForm>, FormRejection>,
) -> Response {
    let cookie = |theme: &str| state.cookies.set_theme(Theme::parse(theme)?);
    match form {
        Ok(Form(form)) => go_back(&headers, form.page.as_deref(), cookie(&form.theme)),
        Err(_) => go_back(&headers, None, None),
    }
}

pub(super) async fn choose_language(
    State(state): State<EdgeState>,
    headers: HeaderMap,
    form: Result<Form<LanguageForm>, FormRejection>,
) -> Response {
    let cookie = |language: &str| state.cookies.set_language(Language::parse(language)?);
    match form {
        Ok(Form(form)) => go_back(&headers, form.page.as_deref(), cookie(&form.language)),
        Err(_) => go_back(&headers, None, None),
    }
}

/// `cookie` remembers the choice; `None` if it is not one of the choices.
fn go_back(headers: &HeaderMap, page: Option<&str>, cookie: Option<HeaderValue>) -> Response {
    let Some(cookie) = cookie else {
        return error_response(&AuthError::InvalidInput(InputError::Choice), false);
    };
    let mut response = see_other(
        &page
            .and_then(own_address)
            .or_else(|| previous_page(headers))
            .unwrap_or_else(|| "/".to_owned()),
    );
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

/// The page with the form, by `Referer`.
fn previous_page(headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    own_address(referer.path_and_query()?.as_str())
}

/// The address of a page of this site, whatever a request says (OWASP ASVS 3.7.2).
fn own_address(page: &str) -> Option<String> {
    if page.split('?').next() == Some(paths::LOGIN) {
        return Some(page.to_owned());
    }
    NextPath::parse(page).map(|page| page.address())
}
