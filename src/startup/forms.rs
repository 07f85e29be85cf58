use axum::{
    Extension, Form, Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::from_fn_with_state,
    response::Response,
    routing::post,
};
use serde::Deserialize;

use super::{
    choices::{choose_language, choose_theme},
    pages::{Site, next_of, see_other},
};
use crate::{
    domain::{AuthError, Flaw, Password, Visitor},
    server::{Client, http},
    ui::{FailedAttempt, FirstRender},
};

/// The same sign-in, sign-out and choices for a browser that runs no scripts, or has not loaded them yet. They go through
/// the same vault as the server functions, and answer with a page or a 303.
pub(super) fn forms(site: Site) -> Router {
    Router::new()
        .route("/login", post(log_in))
        .route("/logout", post(log_out))
        .route("/language", post(choose_language))
        .route("/theme", post(choose_theme))
        .layer(from_fn_with_state(
            site.vault.clone(),
            http::accept_own_forms,
        ))
        .with_state(site)
}

#[derive(Debug, Deserialize)]
struct LoginForm {
    #[serde(default)]
    username: String,
    password: Option<Password>,
    #[serde(default)]
    remember: bool,
}

async fn log_in(
    State(site): State<Site>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let next = next_of(&request);
    let (parts, body) = request.into_parts();
    let page = Request::from_parts(parts.clone(), axum::body::Body::empty());
    let form = match read(Request::from_parts(parts, body)).await {
        Ok(form) => form,
        Err(error) => return http::answer(&error, false),
    };
    let username = form.username.clone();
    let asked = http::Asked {
        vault: site.vault.clone(),
        headers: page.headers().clone(),
        client,
    };
    match try_log_in(&asked, form).await {
        Ok(cookies) => {
            let mut response = see_other(next.as_str());
            for cookie in cookies
                .into_iter()
                .chain(site.vault.cookies().clear_ending())
            {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => {
            // The answer of the contract gives status and headers; the page takes the place of its body.
            let answer = http::answer(&error, false);
            let first = FirstRender {
                attempt: Some(FailedAttempt { username, error }),
                ..Visitor::Anonymous.into()
            };
            let mut page = site.render(first, answer.status(), page).await;
            if let Some(wait) = answer.headers().get(header::RETRY_AFTER) {
                page.headers_mut().insert(header::RETRY_AFTER, wait.clone());
            }
            page
        }
    }
}

async fn read(request: Request) -> Result<LoginForm, AuthError> {
    use axum::extract::FromRequest;
    let form = Form::<LoginForm>::from_request(request, &()).await;
    form.map(|Form(form)| form)
        .map_err(|_| AuthError::InvalidInput(Flaw::Field))
}

async fn try_log_in(asked: &http::Asked, form: LoginForm) -> Result<Vec<HeaderValue>, AuthError> {
    let password = form
        .password
        .unwrap_or_else(|| Password::new(String::new()));
    Ok(
        http::log_in(asked, &form.username, &password, form.remember)
            .await?
            .set_cookies,
    )
}

async fn log_out(
    State(site): State<Site>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Response {
    let headers = request.headers();
    match site.vault.log_out_by_cookie(headers, &client).await {
        Ok(Some(session)) => {
            let mut response = see_other("/login?signed-out");
            for cookie in site.vault.forget_cookies(headers, session) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
                .headers_mut()
                .insert("clear-site-data", http::CLEAR_STORAGE);
            response
        }
        // Nothing of ours could be read, so there is nothing to end here; what the browser has goes all the same.
        Ok(None) => {
            let mut response = see_other("/login");
            response.headers_mut().extend(
                site.vault
                    .cookies()
                    .clear()
                    .map(|cookie| (header::SET_COOKIE, cookie)),
            );
            response
        }
        Err(cause) => {
            http::unavailable(cause);
            let mut page = request;
            *page.method_mut() = Method::GET;
            *page.uri_mut() = Uri::from_static("/dashboard");
            site.render(
                Visitor::Unknown.into(),
                StatusCode::SERVICE_UNAVAILABLE,
                page,
            )
            .await
        }
    }
}
