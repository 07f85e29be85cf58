use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::{
    config::LeptosOptions,
    context::{provide_context, use_context},
    nonce::use_nonce,
};
use leptos_axum::{
    LeptosRoutes, ResponseOptions, generate_route_list, render_app_to_stream_with_context,
};

use super::shared_pages::{SharedPage, SharedPages};
use crate::{
    domain::{AuthError, NextPath, Visitor},
    server::{Client, Vault, http},
    ui::{self, FirstRender, Notice},
};

/// More than any page has, in bytes.
const PAGE_BYTES: usize = 1024 * 1024;

/// Whether this runs under `make dev`: by the variable with which cargo-leptos has Leptos put its live reload into pages.
pub(super) fn live_reload() -> bool {
    std::env::var_os("LEPTOS_WATCH").is_some()
}

/// What pages are made from.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub options: LeptosOptions,
    pub files: http::SiteFiles,
    pub vault: Vault,
    pub shared: SharedPages,
}

impl axum::extract::FromRef<Site> for LeptosOptions {
    fn from_ref(site: &Site) -> Self {
        site.options.clone()
    }
}

/// Every page, the built files, and a 404 page for everything else. The server functions have a router of
/// their own, with the contract around them.
pub(super) fn pages(site: Site) -> Router {
    Router::new()
        .leptos_routes_with_handler(generate_route_list(ui::App), page)
        .fallback(file_or_nothing)
        .with_state(site)
}

async fn page(State(site): State<Site>, request: Request) -> Response {
    site.show(StatusCode::OK, request).await
}

async fn file_or_nothing(State(site): State<Site>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, HEAD")],
        )
            .into_response();
    }
    match site.files.answer(request.uri().path(), request.headers()) {
        Some(file) => file,
        None => site.show(StatusCode::NOT_FOUND, request).await,
    }
}

/// Where a visitor belongs who does not belong here.
fn elsewhere(visitor: &Visitor, request: &Request) -> Option<String> {
    let path = request.uri().path();
    let here = request
        .uri()
        .path_and_query()
        .map_or(path, |here| here.as_str());
    match visitor {
        Visitor::Anonymous if path == "/" => Some("/login".to_owned()),
        Visitor::Anonymous if ui::is_guarded(path) => {
            Some(NextPath::parse(here).unwrap_or_default().login_address())
        }
        // Where it is not known who is here, the page there says so.
        Visitor::SignedIn { .. } | Visitor::Unknown if path == "/" => {
            Some(NextPath::default().to_string())
        }
        Visitor::SignedIn { .. } if path == "/login" => Some(next_of(request).to_string()),
        _ => None,
    }
}

/// Where the `next` of an address leads, or the dashboard.
pub(super) fn next_of(request: &Request) -> NextPath {
    parameter(request, "next")
        .and_then(|next| NextPath::parse(&next))
        .unwrap_or_default()
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// An empty 303: nothing of any page is in it (RFC 9110 §15.4.4).
pub(super) fn see_other(address: &str) -> Response {
    // `NextPath` and our own addresses hold no control characters; others are percent-encoded by the browser.
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Leptos makes the nonce, for each answer a new one, and puts it on every script; so it is known only while the page
/// is rendered. Without one, the page gets the policy of everything else, and no script at all.
fn set_page_policy() {
    let (Some(nonce), Some(answer)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    for (name, value) in http::page_policy(&nonce, live_reload()) {
        answer.insert_header(name, value);
    }
}

impl Site {
    /// Finds out who is there before anything is rendered: what goes out is the right page, or an empty 303.
    async fn show(&self, status: StatusCode, request: Request) -> Response {
        let (visitor, cookies) = match self
            .recognise(request.headers(), request.extensions().get())
            .await
        {
            Ok(recognised) => recognised,
            Err(_) => (Visitor::Unknown, Vec::new()),
        };
        let mut response = if let Some(address) = elsewhere(&visitor, &request) {
            see_other(&address)
        } else {
            let status = if visitor == Visitor::Unknown {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                status
            };
            let notice = parameter(&request, "signed-out").map(|_| Notice::SignedOut);
            self.render(
                FirstRender {
                    notice,
                    ..visitor.into()
                },
                status,
                request,
            )
            .await
        };
        for cookie in cookies {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// Who sends this request, and what its answer has to set. Who has signed out while the server could not be
    /// told is signed out now, before anything else.
    async fn recognise(
        &self,
        headers: &HeaderMap,
        client: Option<&Client>,
    ) -> Result<(Visitor, Vec<HeaderValue>), AuthError> {
        if !self.vault.cookies().is_ending(headers) {
            return Ok((
                self.vault
                    .visitor(headers)
                    .await
                    .map_err(http::unavailable)?,
                Vec::new(),
            ));
        }
        let client = client.cloned().unwrap_or_else(Client::server);
        let ended = self
            .vault
            .log_out_by_cookie(headers, &client)
            .await
            .map_err(http::unavailable)?;
        let cookies = ended.map(|session| self.vault.forget_cookies(headers, session));
        Ok((
            Visitor::Anonymous,
            cookies.unwrap_or_else(|| self.vault.cookies().clear_ending().into_iter().collect()),
        ))
    }

    pub(super) async fn render(
        &self,
        first: FirstRender,
        status: StatusCode,
        request: Request,
    ) -> Response {
        let https = self.vault.cookies().secure;
        let theme = http::theme_of(request.headers(), https);
        let language = http::language_of(request.headers(), https);
        let shared = SharedPage::asked_for(&first, request.uri(), theme, language)
            .filter(|_| !live_reload());
        if let Some(page) = shared.and_then(|page| self.shared.answer(page)) {
            return page;
        }
        let options = self.options.clone();
        let render = render_app_to_stream_with_context(
            move || {
                provide_context(first.clone());
                provide_context(theme);
                provide_context(language);
                set_page_policy();
            },
            move || ui::shell(options.clone()),
        );
        let (mut parts, body) = render(request).await.into_response().into_parts();
        parts.status = status;
        parts.headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(language.tag()),
        );
        parts.headers.insert(
            header::VARY,
            HeaderValue::from_static("accept-language, cookie"),
        );
        // Whole before it goes out: a client that reads slowly keeps some text waiting, and nothing of what made it.
        match to_bytes(body, PAGE_BYTES).await {
            Ok(page) => {
                if let Some(shared) = shared.filter(|_| status == StatusCode::OK) {
                    self.shared.keep(shared, &parts.headers, &page);
                }
                Response::from_parts(parts, page.into())
            }
            Err(cause) => http::answer(&http::unavailable(cause), false),
        }
    }
}
