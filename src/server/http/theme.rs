use axum::http::{HeaderMap, HeaderValue};
use cookie::{Cookie, SameSite, time::Duration};

use crate::{
    domain::{Theme, theme_cookie},
    server::cookies::cookies,
};

/// The theme that a browser asks for. What is no theme counts as none.
#[must_use]
pub fn theme_of(headers: &HeaderMap, https: bool) -> Theme {
    let chosen = cookies(headers).find(|cookie| cookie.name() == theme_cookie(https));
    chosen.and_then(|cookie| Theme::parse(cookie.value())).unwrap_or_default()
}

/// `Set-Cookie` that has the browser ask for a theme from now on.
#[must_use]
pub fn remember_theme(theme: Theme, https: bool) -> Option<HeaderValue> {
    let seconds = if theme == Theme::System { 0 } else { Theme::SECONDS };
    let cookie = Cookie::build((theme_cookie(https), theme.as_str())).path("/").same_site(SameSite::Lax);
    let cookie = cookie.secure(https).max_age(Duration::seconds(seconds.into()));
    cookie.build().to_string().parse().ok()
}
