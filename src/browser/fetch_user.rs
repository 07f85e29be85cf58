use http::Method;
use server_fn::error::FromServerFnError;

use super::{ApiRequest, ClientSession, Own, Transport};
use crate::domain::{AuthError, User};

impl ClientSession {
    /// Asks the server whose token this tab has: `GET /api/me`.
    ///
    /// # Errors
    /// `InvalidToken` when there is no session, `Unreachable` and `Unavailable`.
    pub async fn fetch_user(&self) -> Result<User, AuthError> {
        let request = ApiRequest::new(Method::GET, "/api/me");
        let response = Own::send(self, request)
            .await
            .map_err(AuthError::from_server_fn_error)?;
        let status = response.status_code();
        let body = response
            .bytes()
            .await
            .map_err(AuthError::from_server_fn_error)?;
        if status == 200 {
            serde_json::from_slice(&body).map_err(|_| AuthError::Unavailable)
        } else {
            Err(AuthError::de(body))
        }
    }
}
