use std::{future::Future, marker::PhantomData};

use futures::{Sink, Stream, sink, stream};
use send_wrapper::SendWrapper;
use server_fn::{
    Bytes,
    client::{Client, browser::BrowserClient},
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
};

use super::{ApiRequest, ApiResponse, ClientSession};

/// Decides which token a request carries, and handles its refusal.
pub trait Transport {
    /// # Errors
    /// When no response arrived.
    fn send(
        session: &ClientSession,
        request: ApiRequest,
    ) -> impl Future<Output = Result<ApiResponse, ServerFnErrorErr>>;
}

/// Sends the requests of server functions by a [`Transport`].
#[derive(Debug)]
pub struct ApiClient<T>(PhantomData<T>);

impl<T: Transport, E: FromServerFnError, I: FromServerFnError, O: FromServerFnError> Client<E, I, O>
    for ApiClient<T>
{
    type Request = ApiRequest;
    type Response = ApiResponse;

    fn send(request: ApiRequest) -> impl Future<Output = Result<ApiResponse, E>> + Send {
        SendWrapper::new(async move {
            T::send(&ClientSession::current(), request)
                .await
                .map_err(IntoAppError::into_app_error)
        })
    }

    /// Fails: a browser sends no `Authorization` when it opens one.
    async fn open_websocket(
        _: &str,
    ) -> Result<
        (
            impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
            impl Sink<Bytes> + Send + 'static,
        ),
        E,
    > {
        let refused = "a WebSocket can't carry an access token: use another protocol";
        let refused = ServerFnErrorErr::Request(refused.to_owned());
        Err::<(stream::Empty<_>, sink::Drain<Bytes>), _>(refused.into_app_error())
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}
