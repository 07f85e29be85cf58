use std::{future::Future, marker::PhantomData};

use futures::{Sink, Stream};
use send_wrapper::SendWrapper;
use server_fn::{
    Bytes,
    client::{Client, browser::BrowserClient},
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
};

use super::{Answer, FormRequest};

/// Which token goes with a server function's request, and what is done when the server says no to it.
pub trait Courier {
    /// # Errors
    /// When no answer came.
    fn deliver(request: &FormRequest) -> impl Future<Output = Result<Answer, ServerFnErrorErr>>;
}

/// Sends server functions' requests as a [`Courier`] sends them.
#[derive(Debug)]
pub struct FormClient<C>(PhantomData<C>);

impl<C: Courier, E: FromServerFnError, I: FromServerFnError, O: FromServerFnError> Client<E, I, O>
    for FormClient<C>
{
    type Request = FormRequest;
    type Response = Answer;

    fn send(request: FormRequest) -> impl Future<Output = Result<Answer, E>> + Send {
        SendWrapper::new(async move {
            C::deliver(&request)
                .await
                .map_err(IntoAppError::into_app_error)
        })
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (
                impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
                impl Sink<Bytes> + Send + 'static,
            ),
            E,
        >,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}
