use std::{convert::Infallible, future::Future, time::Duration};

use futures::{Stream, stream};
use gloo_net::http::{Request, RequestBuilder, Response};
use http::Method;
use send_wrapper::SendWrapper;
use server_fn::{
    Bytes,
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
    redirect::REDIRECT_HEADER,
    request::ClientReq,
    response::ClientRes,
};
use web_sys::AbortSignal;

use super::{busy::Busy, patience::PATIENCE};
use crate::domain::AccessToken;

/// A server function's request: a form, kept as it is, so that it can be sent again.
#[derive(Debug)]
pub struct FormRequest {
    path: String,
    content_type: String,
    body: String,
}

/// A server's answer to it.
#[derive(Debug)]
pub struct Answer(SendWrapper<Response>);

/// A POST to this site that waits for its answer for so long.
pub(super) fn post(path: &str, patience: Duration) -> RequestBuilder {
    let milliseconds = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
    Request::post(path).abort_signal(Some(&AbortSignal::timeout_with_u32(milliseconds)))
}

impl FormRequest {
    /// Sends the form, with the token if there is one.
    pub(super) async fn send(
        &self,
        token: Option<&AccessToken>,
    ) -> Result<Answer, ServerFnErrorErr> {
        let failed = |error: gloo_net::Error| ServerFnErrorErr::Request(error.to_string());
        let mut request = post(&self.path, PATIENCE).header("Content-Type", &self.content_type);
        if let Some(token) = token {
            request = request.header("Authorization", &format!("Bearer {}", token.expose()));
        }
        let _busy = Busy::begin();
        let response = request
            .body(self.body.as_str())
            .map_err(failed)?
            .send()
            .await
            .map_err(failed)?;
        Ok(Answer(SendWrapper::new(response)))
    }
}

impl Answer {
    pub(super) fn status_code(&self) -> u16 {
        self.0.status()
    }
}

impl<E: FromServerFnError> ClientReq<E> for FormRequest {
    type FormData = Infallible;

    fn try_new_req_text(
        path: &str,
        content_type: &str,
        _: &str,
        body: String,
        method: Method,
    ) -> Result<Self, E> {
        if method != Method::POST {
            return Err(unsupported());
        }
        Ok(Self {
            path: path.to_owned(),
            content_type: content_type.to_owned(),
            body,
        })
    }

    fn try_new_req_query(_: &str, _: &str, _: &str, _: &str, _: Method) -> Result<Self, E> {
        Err(unsupported())
    }

    fn try_new_req_bytes(_: &str, _: &str, _: &str, _: Bytes, _: Method) -> Result<Self, E> {
        Err(unsupported())
    }

    fn try_new_req_form_data(
        _: &str,
        _: &str,
        _: &str,
        body: Infallible,
        _: Method,
    ) -> Result<Self, E> {
        match body {}
    }

    fn try_new_req_multipart(_: &str, _: &str, body: Infallible, _: Method) -> Result<Self, E> {
        match body {}
    }

    fn try_new_req_streaming(
        _: &str,
        _: &str,
        _: &str,
        _: impl Stream<Item = Bytes> + Send + 'static,
        _: Method,
    ) -> Result<Self, E> {
        Err(unsupported())
    }
}

/// Server functions take forms by POST, all of them.
fn unsupported<E: FromServerFnError>() -> E {
    ServerFnErrorErr::UnsupportedRequestMethod("only forms are sent".to_owned()).into_app_error()
}

impl<E: FromServerFnError> ClientRes<E> for Answer {
    fn try_into_string(self) -> impl Future<Output = Result<String, E>> + Send {
        SendWrapper::new(async move { self.0.text().await.map_err(unreadable) })
    }

    fn try_into_bytes(self) -> impl Future<Output = Result<Bytes, E>> + Send {
        SendWrapper::new(async move { self.0.binary().await.map(Bytes::from).map_err(unreadable) })
    }

    fn try_into_stream(
        self,
    ) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, E> {
        Err::<stream::Empty<_>, _>(
            ServerFnErrorErr::Response("answers are not streamed".to_owned()).into_app_error(),
        )
    }

    fn status(&self) -> u16 {
        self.0.status()
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

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that map_err takes"
)]
fn unreadable<E: FromServerFnError>(error: gloo_net::Error) -> E {
    ServerFnErrorErr::Deserialization(error.to_string()).into_app_error()
}
