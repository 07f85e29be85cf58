use std::{convert::Infallible, time::Duration};

use futures::Stream;
use gloo_net::http::RequestBuilder;
use http::Method;
use leptos::prelude::set_timeout;
use send_wrapper::SendWrapper;
use server_fn::{
    Bytes,
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
    request::ClientReq,
};
use web_sys::AbortController;

use super::{ApiResponse, ClientSession, timeout::REQUEST_TIMEOUT};
use crate::domain::AccessToken;

/// A request to this site, which can be sent more than once.
#[derive(Debug)]
pub struct ApiRequest {
    method: Method,
    path: String,
    body: Option<Body>,
    timeout: Duration,
}

#[derive(Debug)]
struct Body {
    content_type: String,
    text: String,
}

impl ApiRequest {
    /// A request without a body.
    #[must_use]
    pub fn new(method: Method, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            body: None,
            timeout: REQUEST_TIMEOUT,
        }
    }

    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Sends the request, with the token if there is one.
    pub(super) async fn send(
        &self,
        session: &ClientSession,
        token: Option<&AccessToken>,
    ) -> Result<ApiResponse, ServerFnErrorErr> {
        self.send_until(session, token, &abort_controller()?).await
    }

    /// Sends the request. `abort` gives it up, as its timeout does.
    pub(super) async fn send_until(
        &self,
        session: &ClientSession,
        token: Option<&AccessToken>,
        abort: &AbortController,
    ) -> Result<ApiResponse, ServerFnErrorErr> {
        let failed = |error: gloo_net::Error| ServerFnErrorErr::Request(error.to_string());
        // After the response has arrived, this does nothing.
        let give_up = abort.clone();
        set_timeout(move || give_up.abort(), self.timeout);
        let mut request = RequestBuilder::new(&self.path)
            .method(self.method.clone())
            .abort_signal(Some(&abort.signal()));
        if let Some(token) = token {
            request = request.header("Authorization", &format!("Bearer {}", token.expose()));
        }
        let request = match &self.body {
            Some(Body { content_type, text }) => request
                .header("Content-Type", content_type)
                .body(text.as_str()),
            None => request.build(),
        };
        let _in_flight = session.begin_request();
        let response = request.map_err(failed)?.send().await.map_err(failed)?;
        Ok(ApiResponse(SendWrapper::new(response)))
    }
}

pub(super) fn abort_controller() -> Result<AbortController, ServerFnErrorErr> {
    AbortController::new()
        .map_err(|_| ServerFnErrorErr::Request("the browser can't abort requests".to_owned()))
}

/// Supports the encoding of our server functions: forms.
impl<E: FromServerFnError> ClientReq<E> for ApiRequest {
    type FormData = Infallible;

    fn try_new_req_text(
        path: &str,
        content_type: &str,
        _: &str,
        body: String,
        method: Method,
    ) -> Result<Self, E> {
        let body = Body {
            content_type: content_type.to_owned(),
            text: body,
        };
        Ok(Self {
            body: Some(body),
            ..Self::new(method, path)
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

fn unsupported<E: FromServerFnError>() -> E {
    ServerFnErrorErr::UnsupportedRequestMethod("only text bodies are supported".to_owned())
        .into_app_error()
}
