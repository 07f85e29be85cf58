//! An application that is not ours: its pages, its server functions with an error type of their own,
//! and routes without Leptos.

use std::sync::{
    LazyLock,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Extension, Router,
    body::Bytes,
    extract::Request,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use countersign::{
    AuthError, AuthProvider, AuthRoutes, ClientInfo, CurrentUser, Footer, GuardedParentRoute,
    GuardedRoute, LoginTexts, PageUser, Texts, Translations, require_user,
};
use futures::{StreamExt, stream};
use leptos::{config::LeptosOptions, prelude::*};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, file_and_error_handler, generate_route_list,
    handle_server_fns,
};
use leptos_router::{
    StaticSegment,
    components::{Outlet, ParentRoute, Route, Router as Pages, Routes},
};
use serde::{Deserialize, Serialize};
use server_fn::{
    BoxedStream, Websocket,
    codec::{
        DeleteUrl, GetUrl, Json, JsonEncoding, PatchUrl, PostUrl, PutUrl, StreamingText, TextStream,
    },
    error::{FromServerFnError, ServerFnErrorErr},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum NoteError {
    SignIn(AuthError),
    Full,
    Leptos(String),
}

impl From<AuthError> for NoteError {
    fn from(error: AuthError) -> Self {
        Self::SignIn(error)
    }
}

impl FromServerFnError for NoteError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Leptos(error.to_string())
    }
}

async fn note(text: String) -> Result<String, NoteError> {
    let user = require_user().await?;
    Ok(format!("{}: {text}", user.username))
}

#[server(prefix = "/host", endpoint = "list", input = GetUrl, output = Json)]
async fn list_notes() -> Result<String, NoteError> {
    note("listed".to_owned()).await
}

#[server(prefix = "/host", endpoint = "add", input = PostUrl, output = Json)]
async fn add_note(text: String) -> Result<String, NoteError> {
    let note = note(text).await?;
    if note.ends_with("one too many") {
        expect_context::<ResponseOptions>().set_status(StatusCode::CONFLICT);
        return Err(NoteError::Full);
    }
    Ok(note)
}

#[server(prefix = "/host", endpoint = "put", input = PutUrl, output = Json)]
async fn put_note(text: String) -> Result<String, NoteError> {
    note(text).await
}

#[server(prefix = "/host", endpoint = "patch", input = PatchUrl, output = Json)]
async fn patch_note(text: String) -> Result<String, NoteError> {
    note(text).await
}

#[server(prefix = "/host", endpoint = "delete", input = DeleteUrl, output = Json)]
async fn delete_note(text: String) -> Result<String, NoteError> {
    note(text).await
}

#[server(prefix = "/host", endpoint = "import", input = Json, output = Json)]
async fn import_notes(texts: Vec<String>) -> Result<String, NoteError> {
    note(texts.join(", ")).await
}

#[server(prefix = "/host", endpoint = "export", input = PostUrl, output = StreamingText)]
async fn export_notes() -> Result<TextStream<NoteError>, NoteError> {
    let user = require_user().await?;
    let lines = stream::iter([user.username.to_string(), ": exported".to_owned()]);
    Ok(TextStream::new(lines.map(Ok)))
}

#[allow(clippy::unused_async, reason = "the macro asks for it")]
#[server(prefix = "/host", endpoint = "watch", protocol = Websocket<JsonEncoding, JsonEncoding>)]
async fn watch_notes(
    input: BoxedStream<String, NoteError>,
) -> Result<BoxedStream<String, NoteError>, NoteError> {
    Ok(input)
}

/// An error type of Leptos' own, which `?` turns any error into.
#[server(prefix = "/host", endpoint = "name", input = GetUrl, output = Json)]
async fn user_name() -> Result<String, ServerFnError> {
    Ok(require_user().await?.username.to_string())
}

struct HostTexts;

impl Translations for HostTexts {
    fn english(&self) -> &'static Texts {
        const {
            &Texts {
                login: LoginTexts {
                    intro: Some("Sign in to read your notes."),
                    ..Texts::ENGLISH.login
                },
                ..Texts::ENGLISH
            }
        }
    }
}

const POLICY: [(&str, &str); 3] = [
    ("img-src", "https://images.example"),
    ("img-src", "https://other.example; script-src *"),
    ("frame-src", "https://frames.example"),
];

#[component]
fn App() -> impl IntoView {
    leptos_meta::provide_meta_context();
    view! {
        <AuthProvider
            brand="Notes of the host"
            after_login="/notes"
            logo=|| view! { <img src="/logo.svg" alt="" /> }.into_any()
            links=|| view! { <a href="/help">"Help"</a> }.into_any()
            footer=|| view! { <p>"Imprint of the host"</p> }.into_any()
            texts=&HostTexts
            policy=&POLICY
        >
            <Pages>
                <main>
                <Routes fallback=|| "nothing of the host's is here">
                    <AuthRoutes />
                    <Route path=StaticSegment("") view=|| "the host's home page" />
                    <GuardedRoute path=StaticSegment("notes") view=Notes />
                    <GuardedParentRoute path=StaticSegment("team") view=Team>
                        <Route path=StaticSegment("members") view=Members />
                    </GuardedParentRoute>
                    <ParentRoute path=StaticSegment("open") view=Layout>
                        <GuardedRoute path=StaticSegment("members") view=Members />
                    </ParentRoute>
                </Routes>
                </main>
            </Pages>
        </AuthProvider>
    }
}

/// How often a guarded view was called.
pub static GUARDED_VIEWS: AtomicUsize = AtomicUsize::new(0);

#[component]
fn Team() -> impl IntoView {
    GUARDED_VIEWS.fetch_add(1, Ordering::SeqCst);
    view! { "guarded text of the team " <Outlet /> }
}

#[component]
fn Members() -> impl IntoView {
    GUARDED_VIEWS.fetch_add(1, Ordering::SeqCst);
    "guarded text of the members"
}

#[component]
fn Layout() -> impl IntoView {
    view! { "a layout for everybody " <Outlet /> }
}

#[component]
fn Notes() -> impl IntoView {
    let notes = Resource::new(|| (), |()| list_notes());
    let add = ServerAction::<AddNote>::new();
    view! {
        "guarded text "
        <p>{move || format!("{:?}", add.value().get())}</p>
        <Suspense>{move || Suspend::new(async move { format!("{:?}", notes.await) })}</Suspense>
    }
}

fn shell() -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html>
            <head>
                <leptos_meta::MetaTags />
            </head>
            <body>
                <App />
                <Footer />
            </body>
        </html>
    }
}

/// A page of the host's that is rendered without Leptos, and tells what it was asked with.
async fn echo(request: Request) -> String {
    format!("{} {:?}", request.method(), request.headers())
}

/// Listed once, before any page is rendered: see `support/server.rs`.
pub static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

pub fn routes(options: &LeptosOptions) -> Router {
    Router::new()
        .leptos_routes(options, ROUTES.clone(), shell)
        .route("/me", get(current_user).post(current_user))
        .route("/client", get(client))
        .route("/download", get(page_user).post(page_user))
        .route("/anybody", post(async || "done"))
        .route("/count", post(async |body: Bytes| body.len().to_string()))
        .route("/set-cookie", post(set_cookie))
        .route("/echo", get(echo))
        .nest(
            "/inner",
            Router::new().route("/host/list", get(handle_server_fns)),
        )
        .fallback(file_and_error_handler(|_| shell()))
        .with_state(options.clone())
}

async fn current_user(CurrentUser(user): CurrentUser) -> String {
    user.username.to_string()
}

async fn client(Extension(client): Extension<ClientInfo>) -> String {
    format!("{} {}", client.ip, client.user_agent)
}

async fn page_user(PageUser(user): PageUser) -> String {
    user.username.to_string()
}

async fn set_cookie(headers: HeaderMap) -> ([(&'static str, &'static str); 1], String) {
    let cookies = headers.get_all("cookie").iter().count();
    ([("set-cookie", "host=1")], cookies.to_string())
}
