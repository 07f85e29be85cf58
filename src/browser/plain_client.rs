use server_fn::error::ServerFnErrorErr;

use super::{
    ApiClient, ApiRequest, ApiResponse, ClientSession, Transport, timeout::REQUEST_TIMEOUT,
};

/// Sends a server function's request without a token.
pub type PlainClient = ApiClient<Plain>;

#[derive(Debug)]
pub struct Plain;

impl Transport for Plain {
    async fn send(
        session: &ClientSession,
        request: ApiRequest,
    ) -> Result<ApiResponse, ServerFnErrorErr> {
        let request = request.with_timeout(REQUEST_TIMEOUT);
        request.send(session, None).await
    }
}
