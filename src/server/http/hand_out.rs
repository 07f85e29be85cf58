use axum::http::{HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::{Asked, unavailable};
use crate::{
    domain::{AuthError, TokenResponse},
    server::Grant,
};

/// Tells the browser to drop what this site has stored in it (OWASP ASVS 14.3.1).
pub const CLEAR_STORAGE: HeaderValue = HeaderValue::from_static("\"storage\"");

/// From within a server function: sets a grant's cookies, and gives the rest of it as the answer.
#[must_use]
pub fn hand_out(grant: Grant) -> TokenResponse {
    append_cookies(grant.set_cookies);
    grant.response
}

/// Ends the session of the renewal cookie first, if the browser says that its user has signed out of it while the
/// server could not be told. Gives whether it said so.
///
/// # Errors
/// `Unavailable`: then nothing else may be done for this request.
pub async fn end_if_noted(asked: &Asked) -> Result<bool, AuthError> {
    let noted = asked.vault.cookies().is_ending(&asked.headers);
    if noted {
        asked
            .vault
            .log_out_by_cookie(&asked.headers, &asked.client)
            .await
            .map_err(unavailable)?;
        append_cookies(asked.vault.cookies().clear_ending());
    }
    Ok(noted)
}

/// From within a server function: takes cookies away, and all else that this site has stored in the browser.
pub fn forget(cookies: Vec<HeaderValue>) {
    append_cookies(cookies);
    if let Some(options) = use_context::<ResponseOptions>() {
        options.insert_header(
            header::HeaderName::from_static("clear-site-data"),
            CLEAR_STORAGE,
        );
    }
}

fn append_cookies(cookies: impl IntoIterator<Item = HeaderValue>) {
    if let Some(options) = use_context::<ResponseOptions>() {
        for cookie in cookies {
            options.append_header(header::SET_COOKIE, cookie);
        }
    }
}
