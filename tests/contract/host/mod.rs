//! Tests of an application of somebody else's behind the edge.

pub mod application;
mod command_line;
mod cross_site;
mod guards;
mod handlers;
mod headers;
mod pages;
mod plain_forms;
mod process;
mod server_functions;
mod sqlite;
mod without_edge;

use axum::{
    body::Body,
    http::{Method, Request, request::Builder},
};

use crate::support::{SignedIn, TestResponse, TestServer};

/// The server functions of the application that take a text: method, path with query, type and body.
const FUNCTIONS: [(Method, &str, &str, &str); 8] = [
    (Method::GET, "/host/list", "", ""),
    (Method::POST, "/host/add", FORM, "text=a"),
    (Method::PUT, "/host/put", FORM, "text=a"),
    (Method::PATCH, "/host/patch", FORM, "text=a"),
    (Method::DELETE, "/host/delete?text=a", "", ""),
    (
        Method::POST,
        "/host/import",
        "application/json",
        r#"{"texts":["a"]}"#,
    ),
    (Method::POST, "/host/export", FORM, ""),
    (Method::GET, "/host/name", "", ""),
];
const FORM: &str = "application/x-www-form-urlencoded";

async fn start() -> TestServer {
    TestServer::start_application(application::routes).await
}

fn function((method, path, media_type, _): &(Method, &str, &str, &str)) -> Builder {
    let request = Request::builder().method(method).uri(*path);
    if media_type.is_empty() {
        request
    } else {
        request.header("content-type", *media_type)
    }
}

async fn call(
    server: &TestServer,
    called: &(Method, &'static str, &'static str, &'static str),
    headers: &[(&str, &str)],
) -> TestResponse {
    let mut request = function(called);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server
        .send(request.body(Body::from(called.3)).unwrap())
        .await
}

async fn send(
    server: &TestServer,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> TestResponse {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::empty()).unwrap()).await
}

fn bearer(user: &SignedIn) -> String {
    format!("Bearer {}", user.token)
}
