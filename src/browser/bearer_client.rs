use server_fn::error::ServerFnErrorErr;

use super::{
    Answer, Change, Courier, FormClient, FormRequest, Renewal,
    change::report,
    renewal::{epoch, is_past, renew, usable_token},
};

/// Sends a server function's request with the access token of this tab (RFC 6750 §2.1), renewed before it expires. A
/// 401 is answered by one renewal and one more try, and after that reported as the end of the session.
pub type BearerClient = FormClient<Bearer>;

#[derive(Debug)]
pub struct Bearer;

impl Courier for Bearer {
    async fn deliver(request: &FormRequest) -> Result<Answer, ServerFnErrorErr> {
        // What began in one session is not repeated in another, which may be another user's.
        let epoch = epoch();
        let first = send_with(usable_token().await, request).await?;
        if first.status_code() != 401 || is_past(epoch) {
            return Ok(first);
        }
        let renewal = renew().await;
        if is_past(epoch) {
            return Ok(first);
        }
        let second = send_with(renewal, request).await?;
        if second.status_code() == 401 && !is_past(epoch) {
            report(Change::Over);
        }
        Ok(second)
    }
}

/// Without a token the server says no by itself; but that it could not be asked for one is another answer.
async fn send_with(renewal: Renewal, request: &FormRequest) -> Result<Answer, ServerFnErrorErr> {
    match renewal {
        Renewal::Token(token) => request.send(Some(&token)).await,
        Renewal::Over => request.send(None).await,
        Renewal::Unreachable => Err(ServerFnErrorErr::Request(
            "the token could not be renewed".to_owned(),
        )),
        Renewal::Unavailable => Err(ServerFnErrorErr::Response(
            "the token could not be renewed".to_owned(),
        )),
    }
}
