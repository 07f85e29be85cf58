use std::future::Future;

use futures::{Sink, Stream};
use send_wrapper::SendWrapper;
use server_fn::{
    Bytes,
    client::{Client, browser::BrowserClient},
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
};

use super::{
    Answer, Change, FormRequest, Renewal,
    change::report,
    renewal::{renew, usable_token},
};

/// Sends a server function's request with the access token of this tab (RFC 6750 §2.1), renewed before it expires. A
/// 401 is answered by one renewal and one more try, and after that reported as the end of the session.
#[derive(Debug)]
pub struct BearerClient;

impl<E: FromServerFnError, I: FromServerFnError, O: FromServerFnError> Client<E, I, O> for BearerClient {
    type Request = FormRequest;
    type Response = Answer;

    fn send(request: FormRequest) -> impl Future<Output = Result<Answer, E>> + Send {
        SendWrapper::new(async move { send_signed_in(&request).await.map_err(IntoAppError::into_app_error) })
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
            E,
        >,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}

async fn send_signed_in(request: &FormRequest) -> Result<Answer, ServerFnErrorErr> {
    let first = match usable_token().await {
        Renewal::Token(token) => request.send(Some(&token)).await?,
        renewal => refuse(renewal, request).await?,
    };
    if first.status_code() != 401 {
        return Ok(first);
    }
    let second = match renew().await {
        Renewal::Token(token) => request.send(Some(&token)).await?,
        renewal => refuse(renewal, request).await?,
    };
    if second.status_code() == 401 {
        report(Change::Over);
    }
    Ok(second)
}

/// Without a token the server says no by itself; but that it could not be asked for one is another answer.
async fn refuse(renewal: Renewal, request: &FormRequest) -> Result<Answer, ServerFnErrorErr> {
    match renewal {
        Renewal::Unreachable => Err(ServerFnErrorErr::Request("the token could not be renewed".to_owned())),
        Renewal::Unavailable => Err(ServerFnErrorErr::Response("the token could not be renewed".to_owned())),
        Renewal::Over | Renewal::Token(_) => request.send(None).await,
    }
}
