use server_fn::error::ServerFnErrorErr;

use super::{
    ApiClient, ApiRequest, ApiResponse, Bearer, ClientSession, Transport, timeout::REQUEST_TIMEOUT,
};

/// As [`BearerClient`](super::BearerClient), for our own server functions: their pages say so when
/// no response arrives in time.
pub type OwnClient = ApiClient<Own>;

#[derive(Debug)]
pub struct Own;

impl Transport for Own {
    async fn send(
        session: &ClientSession,
        request: ApiRequest,
    ) -> Result<ApiResponse, ServerFnErrorErr> {
        Bearer::send(session, request.with_timeout(REQUEST_TIMEOUT))
            .await?
            .without_foreign_401()
    }
}
