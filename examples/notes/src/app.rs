use countersign::{
    AuthProvider, AuthRoutes, GuardedRoute, LoginTexts, NotFound, Texts, Translations, use_auth,
};
use leptos::prelude::*;
use leptos_meta::{MetaTags, Stylesheet, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::page::Notes;

/// Where pictures come from, which our pages may load besides what comes from this server.
const POLICY: [(&str, &str); 1] = [("img-src", "https://images.example.org")];

/// Countersign's texts, with one of our own.
struct OwnTexts;

impl Translations for OwnTexts {
    fn english(&self) -> &'static Texts {
        const {
            &Texts {
                login: LoginTexts {
                    intro: Some("Sign in to read and write your notes."),
                    ..Texts::ENGLISH.login
                },
                ..Texts::ENGLISH
            }
        }
    }
}

pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Stylesheet id="leptos" href="/pkg/notes.css" />
        <Title text="Field Notes" />
        <AuthProvider
            brand="Field Notes"
            after_login="/notes"
            with_main=true
            links=|| view! { <a href="/">"What is this?"</a> }.into_any()
            texts=&OwnTexts
            policy=&POLICY
        >
            <Router>
                <Routes fallback=NotFound>
                    <AuthRoutes />
                    <Route path=path!("") view=Home />
                    // Async, so that the page has the notes, and the status of an error.
                    <GuardedRoute path=path!("/notes") view=Notes ssr=SsrMode::Async />
                </Routes>
            </Router>
        </AuthProvider>
    }
}

/// For everybody.
#[component]
fn Home() -> impl IntoView {
    let auth = use_auth();
    let name = move || auth.user().map(|user| user.username.to_string());
    view! {
        <main class="home">
            <img src="https://images.example.org/notebook.svg" alt="" width="96" height="96" />
            <h1>"Field Notes"</h1>
            <p>"What you write here can be read by you alone."</p>
            <a href="/notes">
                {move || match name() {
                    Some(name) => format!("Open the notes of {name}"),
                    None => "Sign in and write".to_owned(),
                }}
            </a>
        </main>
    }
}
