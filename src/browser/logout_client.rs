use leptos::prelude::{UpdateValue, WithValue};
use server_fn::error::ServerFnErrorErr;

use super::{
    ApiClient, ApiRequest, ApiResponse, ClientSession, Transport, timeout::REQUEST_TIMEOUT,
};

/// Sends the logout request with the token that was taken out of storage for it, also repeatedly.
/// Without a token, the refresh cookie names the session.
pub type LogoutClient = ApiClient<Logout>;

#[derive(Debug)]
pub struct Logout;

impl Transport for Logout {
    async fn send(
        session: &ClientSession,
        request: ApiRequest,
    ) -> Result<ApiResponse, ServerFnErrorErr> {
        let token = session.state.with_value(|state| state.taken_token.clone());
        let request = request.with_timeout(REQUEST_TIMEOUT);
        let response = session
            .send_cookie_request(&request, token.as_ref())
            .await?
            .without_foreign_401()?;
        if matches!(response.status_code(), 200 | 401) {
            session.state.update_value(|state| state.taken_token = None);
        }
        Ok(response)
    }
}
