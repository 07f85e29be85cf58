use std::future::Future;

use futures::{Stream, StreamExt};
use gloo_net::http::Response;
use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use server_fn::{
    Bytes,
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
    redirect::REDIRECT_HEADER,
    response::ClientRes,
};
use wasm_streams::ReadableStream;

/// The response to an [`ApiRequest`](super::ApiRequest).
#[derive(Debug)]
pub struct ApiResponse(pub(super) SendWrapper<Response>);

impl ApiResponse {
    pub(super) fn status_code(&self) -> u16 {
        self.0.status()
    }

    /// Whether the server has refused the token or the cookie: a 401 with our challenge (RFC 6750
    /// §3). Another 401 is the application's own, or that of a proxy.
    pub(super) fn is_token_refused(&self) -> bool {
        let challenge = self.0.headers().get("WWW-Authenticate");
        self.0.status() == 401 && challenge.is_some_and(|text| text.starts_with("Bearer"))
    }

    /// This response, unless it is a 401 that the server can't have sent: nothing is known then, as
    /// with any other error of a proxy.
    pub(super) fn without_foreign_401(self) -> Result<Self, ServerFnErrorErr> {
        if self.0.status() == 401 && !self.is_token_refused() {
            let text = "a 401 without our challenge".to_owned();
            return Err(ServerFnErrorErr::Response(text));
        }
        Ok(self)
    }

    pub(super) async fn bytes(self) -> Result<Bytes, ServerFnErrorErr> {
        let unreadable =
            |error: gloo_net::Error| ServerFnErrorErr::Deserialization(error.to_string());
        self.0.binary().await.map(Bytes::from).map_err(unreadable)
    }
}

impl<E: FromServerFnError> ClientRes<E> for ApiResponse {
    fn try_into_string(self) -> impl Future<Output = Result<String, E>> + Send {
        SendWrapper::new(async move {
            let bytes = self.bytes().await.map_err(IntoAppError::into_app_error)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        })
    }

    fn try_into_bytes(self) -> impl Future<Output = Result<Bytes, E>> + Send {
        SendWrapper::new(async move { self.bytes().await.map_err(IntoAppError::into_app_error) })
    }

    fn try_into_stream(
        self,
    ) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, E> {
        let body = self.0.body().ok_or_else(|| {
            ServerFnErrorErr::Response("the response has no body".to_owned()).into_app_error()
        })?;
        let chunks = ReadableStream::from_raw(body).into_stream();
        Ok(SendWrapper::new(chunks.map(|chunk| {
            let interrupted = |_| {
                let text = "the response was interrupted".to_owned();
                E::from_server_fn_error(ServerFnErrorErr::Response(text)).ser()
            };
            let bytes = chunk.map(|chunk| Uint8Array::new(&chunk).to_vec());
            bytes.map(Bytes::from).map_err(interrupted)
        })))
    }

    fn status(&self) -> u16 {
        self.status_code()
    }

    fn status_text(&self) -> String {
        self.0.status_text()
    }

    fn location(&self) -> String {
        self.0
            .headers()
            .get("Location")
            .unwrap_or_else(|| self.0.url())
    }

    fn has_redirect(&self) -> bool {
        self.0.headers().get(REDIRECT_HEADER).is_some()
    }
}
