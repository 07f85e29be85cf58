use axum::http::HeaderValue;

use super::{RequestContext, error_response::unavailable, pending_logout::finish_pending_logout};
use crate::{
    auth::{IssuedTokens, LoginOutcome, PresentedTokens},
    domain::{AuthError, CookieName, Credentials, Password, TokenResponse},
};

/// What a login or a refresh answers.
#[derive(Debug)]
pub struct SignedIn {
    pub response: TokenResponse,
    /// `Set-Cookie` headers.
    pub cookies: Vec<HeaderValue>,
}

impl SignedIn {
    pub(super) fn new(context: &RequestContext, issued: IssuedTokens) -> Self {
        Self {
            cookies: context.cookies.set_tokens(&issued),
            response: issued.response,
        }
    }
}

/// Signs in, for the server function and for the plain form.
///
/// # Errors
/// `InvalidInput` when a field is empty or not valid, `InvalidCredentials`, `Throttled`, `Busy`
/// and `Unavailable`.
pub async fn log_in(
    context: &RequestContext,
    username: &str,
    password: &Password,
    remember: bool,
) -> Result<SignedIn, AuthError> {
    let credentials = Credentials::parse(username, password).map_err(AuthError::InvalidInput)?;
    let pending_logout = finish_pending_logout(context).await?;
    let refresh_token = context.refresh_token()?;
    let cookies = &context.cookies;
    let presented = PresentedTokens {
        refresh_token: refresh_token.as_deref(),
        device_cookies: &cookies.read_all(&context.headers, CookieName::Device),
    };
    let outcome = context
        .auth
        .log_in(credentials, remember, presented, &context.client)
        .await;
    match outcome.map_err(unavailable)? {
        LoginOutcome::LoggedIn(issued) => {
            let mut signed_in = SignedIn::new(context, *issued);
            signed_in.cookies.extend(pending_logout);
            Ok(signed_in)
        }
        LoginOutcome::InvalidCredentials => Err(AuthError::InvalidCredentials),
        LoginOutcome::Throttled { wait_seconds } => Err(AuthError::Throttled { wait_seconds }),
        LoginOutcome::Busy => Err(AuthError::Busy),
    }
}
