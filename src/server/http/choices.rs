use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};

use crate::{
    domain::{Language, Theme, language_cookie, theme_cookie},
    server::cookies::cookies,
};

/// How long a language is remembered, in seconds: a year.
const LANGUAGE_SECONDS: u32 = 365 * 86400;

/// The theme that a browser asks for. What is no theme counts as none.
#[must_use]
pub fn theme_of(headers: &HeaderMap, https: bool) -> Theme {
    chosen(headers, theme_cookie(https), Theme::parse).unwrap_or_default()
}

/// The language that somebody has chosen, or else that their browser likes best.
#[must_use]
pub fn language_of(headers: &HeaderMap, https: bool) -> Language {
    let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok();
    chosen(headers, language_cookie(https), Language::parse)
        .unwrap_or_else(|| accepted().map(Language::negotiate).unwrap_or_default())
}

/// `Set-Cookie` that has the browser ask for a theme from now on.
#[must_use]
pub fn remember_theme(theme: Theme, https: bool) -> Option<HeaderValue> {
    let seconds = if theme == Theme::System {
        0
    } else {
        Theme::SECONDS
    };
    remember(theme_cookie(https), theme.as_str(), seconds, https)
}

/// `Set-Cookie` that has the browser ask for a language from now on.
#[must_use]
pub fn remember_language(language: Language, https: bool) -> Option<HeaderValue> {
    remember(
        language_cookie(https),
        language.tag(),
        LANGUAGE_SECONDS,
        https,
    )
}

fn chosen<T>(headers: &HeaderMap, name: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
    cookies(headers)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| parse(cookie.value()))
}

fn remember(name: &str, value: &str, seconds: u32, https: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((name, value))
        .path("/")
        .same_site(SameSite::Lax);
    cookie
        .secure(https)
        .max_age(Duration::seconds(seconds.into()))
        .build()
        .to_string()
        .parse()
        .ok()
}
