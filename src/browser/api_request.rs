use std::time::Duration;

use futures::{Stream, StreamExt};
use gloo_net::http::{Request, RequestBuilder};
use http::Method;
use js_sys::{Reflect, Uint8Array};
use leptos::prelude::set_timeout;
use send_wrapper::SendWrapper;
use server_fn::{
    Bytes,
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
    request::{ClientReq, browser::BrowserFormData},
};
use wasm_bindgen::JsValue;
use wasm_streams::ReadableStream;
use web_sys::{AbortController, RequestInit, UrlSearchParams};

use super::{ApiResponse, ClientSession};
use crate::domain::AccessToken;

/// A request to this site, which can be sent more than once unless its body is a stream.
#[derive(Debug)]
pub struct ApiRequest {
    method: Method,
    /// The path, with the query.
    address: String,
    content_type: Option<String>,
    body: Body,
    timeout: Option<Duration>,
}

#[derive(Debug)]
enum Body {
    Empty,
    Text(String),
    /// Bytes or a form, of which every request sends a copy.
    Value(SendWrapper<JsValue>),
    /// Is gone once it was sent.
    Stream(SendWrapper<JsValue>),
}

impl ApiRequest {
    /// A request without a body.
    #[must_use]
    pub fn new(method: Method, address: &str) -> Self {
        Self {
            method,
            address: address.to_owned(),
            content_type: None,
            body: Body::Empty,
            timeout: None,
        }
    }

    fn with_body(method: Method, address: &str, content_type: Option<&str>, body: Body) -> Self {
        Self {
            content_type: content_type.map(ToOwned::to_owned),
            body,
            ..Self::new(method, address)
        }
    }

    /// Gives the request up when no response has arrived in time.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self {
            timeout: Some(timeout),
            ..self
        }
    }

    pub(super) fn can_be_repeated(&self) -> bool {
        !matches!(self.body, Body::Stream(_))
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
        if let Some(timeout) = self.timeout {
            // After the response has arrived, this does nothing.
            let give_up = abort.clone();
            set_timeout(move || give_up.abort(), timeout);
        }
        let request = self.build(token, abort).map_err(failed)?;
        let _in_flight = session.begin_request();
        let response = request.send().await.map_err(failed)?;
        Ok(ApiResponse(SendWrapper::new(response)))
    }

    fn build(
        &self,
        token: Option<&AccessToken>,
        abort: &AbortController,
    ) -> Result<Request, gloo_net::Error> {
        let mut request = RequestBuilder::new(&self.address)
            .method(self.method.clone())
            .abort_signal(Some(&abort.signal()));
        if let Some(token) = token {
            request = request.header("Authorization", &format!("Bearer {}", token.expose()));
        }
        if let Some(content_type) = &self.content_type {
            request = request.header("Content-Type", content_type);
        }
        match &self.body {
            Body::Empty => request.build(),
            Body::Text(text) => request.body(text.as_str()),
            Body::Value(value) => request.body(JsValue::clone(value)),
            Body::Stream(stream) => with_stream(request.build()?, stream),
        }
    }
}

/// A request with a stream as its body. Browsers ask for this option, which no type of `web_sys`
/// has yet: the response is read when the stream has been sent.
fn with_stream(request: Request, stream: &JsValue) -> Result<Request, gloo_net::Error> {
    let failed = |_| gloo_net::Error::GlooError("the browser can't send streams".to_owned());
    let options = RequestInit::new();
    options.set_body(stream);
    Reflect::set(&options, &"duplex".into(), &"half".into()).map_err(failed)?;
    let request = web_sys::Request::from(request);
    let request = web_sys::Request::new_with_request_and_init(&request, &options);
    request.map(Request::from).map_err(failed)
}

pub(super) fn abort_controller() -> Result<AbortController, ServerFnErrorErr> {
    AbortController::new()
        .map_err(|_| ServerFnErrorErr::Request("the browser can't abort requests".to_owned()))
}

/// Every coding of a server function's input. What is asked for by `Accept` is left to the browser:
/// with `text/html` in it, a server would answer as if to a plain form.
impl<E: FromServerFnError> ClientReq<E> for ApiRequest {
    type FormData = BrowserFormData;

    fn try_new_req_query(
        path: &str,
        content_type: &str,
        _: &str,
        query: &str,
        method: Method,
    ) -> Result<Self, E> {
        let address = format!("{path}?{query}");
        Ok(Self::with_body(
            method,
            &address,
            Some(content_type),
            Body::Empty,
        ))
    }

    fn try_new_req_text(
        path: &str,
        content_type: &str,
        _: &str,
        body: String,
        method: Method,
    ) -> Result<Self, E> {
        Ok(Self::with_body(
            method,
            path,
            Some(content_type),
            Body::Text(body),
        ))
    }

    fn try_new_req_bytes(
        path: &str,
        content_type: &str,
        _: &str,
        body: Bytes,
        method: Method,
    ) -> Result<Self, E> {
        let body = value(Uint8Array::from(&*body));
        Ok(Self::with_body(method, path, Some(content_type), body))
    }

    fn try_new_req_form_data(
        path: &str,
        _: &str,
        content_type: &str,
        body: BrowserFormData,
        method: Method,
    ) -> Result<Self, E> {
        let fields = UrlSearchParams::new_with_str_sequence_sequence(&body.take());
        let fields = fields.map_err(|_| {
            ServerFnErrorErr::Serialization("the form holds more than text".to_owned())
                .into_app_error()
        })?;
        Ok(Self::with_body(
            method,
            path,
            Some(content_type),
            value(fields),
        ))
    }

    fn try_new_req_multipart(
        path: &str,
        _: &str,
        body: BrowserFormData,
        method: Method,
    ) -> Result<Self, E> {
        // The browser adds the type, which names the boundary.
        Ok(Self::with_body(method, path, None, value(body.take())))
    }

    fn try_new_req_streaming(
        path: &str,
        _: &str,
        content_type: &str,
        body: impl Stream<Item = Bytes> + Send + 'static,
        method: Method,
    ) -> Result<Self, E> {
        let chunks = body.map(|bytes| Ok(Uint8Array::from(&*bytes).into()));
        let stream = ReadableStream::from_stream(chunks).into_raw();
        let body = Body::Stream(SendWrapper::new(stream.into()));
        Ok(Self::with_body(method, path, Some(content_type), body))
    }
}

fn value(value: impl Into<JsValue>) -> Body {
    Body::Value(SendWrapper::new(value.into()))
}
