use server_fn::error::ServerFnErrorErr;

use super::{Answer, Courier, FormClient, FormRequest};

/// Sends a server function's request without any token.
pub type PlainClient = FormClient<Plain>;

#[derive(Debug)]
pub struct Plain;

impl Courier for Plain {
    async fn deliver(request: &FormRequest) -> Result<Answer, ServerFnErrorErr> {
        request.send(None).await
    }
}
