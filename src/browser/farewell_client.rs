use std::future::Future;

use futures::{Sink, Stream};
use send_wrapper::SendWrapper;
use server_fn::{
    Bytes,
    client::{Client, browser::BrowserClient},
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
};

use super::{Answer, FormRequest, TokenStore};
use crate::domain::AccessToken;
use std::cell::RefCell;

thread_local! {
    /// The token of a sign-out that the server has not confirmed.
    static UNCONFIRMED: RefCell<Option<AccessToken>> = const { RefCell::new(None) };
}

/// Sends the request that ends a session, with the token that the user has parted with, as often as it takes. Without
/// a token, the renewal cookie names the session.
#[derive(Debug)]
pub struct FarewellClient;

impl<E: FromServerFnError, I: FromServerFnError, O: FromServerFnError> Client<E, I, O> for FarewellClient {
    type Request = FormRequest;
    type Response = Answer;

    fn send(request: FormRequest) -> impl Future<Output = Result<Answer, E>> + Send {
        SendWrapper::new(async move { send_farewell(&request).await.map_err(IntoAppError::into_app_error) })
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

/// Takes the token out of the store for good: from now on it only serves to end its session.
pub fn part_with_token() {
    if let Some(token) = TokenStore::read() {
        TokenStore::clear();
        UNCONFIRMED.set(Some(token));
    }
}

/// Forgets the token that was parted with: its session is known to be over.
pub(super) fn forget_farewell() {
    UNCONFIRMED.set(None);
}

async fn send_farewell(request: &FormRequest) -> Result<Answer, ServerFnErrorErr> {
    let token = UNCONFIRMED.with_borrow(Clone::clone);
    let response = request.send(token.as_ref()).await?;
    if matches!(response.status_code(), 200 | 401) {
        forget_farewell();
    }
    Ok(response)
}
