use server_fn::error::ServerFnErrorErr;

use super::{
    ApiClient, ApiRequest, ApiResponse, ClientSession, RefreshOutcome, SessionEvent, Transport,
};

/// The `client` of server functions that begin with `require_user()`. Sends the access token of
/// this tab (RFC 6750 §2.1), in every coding but over `WebSockets`.
///
/// Refreshes the token before it expires. If the token is refused nevertheless, it is refreshed and
/// the request sent once more, unless its body was a stream. A second refusal means that the session
/// has ended.
pub type BearerClient = ApiClient<Bearer>;

#[derive(Debug)]
pub struct Bearer;

impl Transport for Bearer {
    async fn send(
        session: &ClientSession,
        request: ApiRequest,
    ) -> Result<ApiResponse, ServerFnErrorErr> {
        // A request that began in one session is not repeated in the next, which may be another
        // user's.
        let generation = session.generation();
        let is_past = || session.generation() != generation;
        let first = send_with(session, session.usable_token().await, &request).await?;
        if !first.is_token_refused() || is_past() || !request.can_be_repeated() {
            return Ok(first);
        }
        let refreshed = session.refresh().await;
        if is_past() {
            return Ok(first);
        }
        let second = send_with(session, refreshed, &request).await?;
        if second.is_token_refused() && !is_past() {
            session.emit(SessionEvent::Ended);
        }
        Ok(second)
    }
}

/// Without a session the request is sent without a token, and the server refuses it in its own
/// words. A refresh that failed for another reason is that reason's error.
async fn send_with(
    session: &ClientSession,
    outcome: RefreshOutcome,
    request: &ApiRequest,
) -> Result<ApiResponse, ServerFnErrorErr> {
    let not_refreshed = || "the access token could not be refreshed".to_owned();
    match outcome {
        RefreshOutcome::Token(token) => request.send(session, Some(&token)).await,
        RefreshOutcome::Ended => request.send(session, None).await,
        RefreshOutcome::Unreachable => Err(ServerFnErrorErr::Request(not_refreshed())),
        RefreshOutcome::Unavailable => Err(ServerFnErrorErr::Response(not_refreshed())),
    }
}
