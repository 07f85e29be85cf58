use leptos::{html::H1, prelude::*, task::spawn_local};
use leptos_meta::Title;

use crate::{
    api,
    browser::{TokenStore, local_time},
    domain::{AuthError, SessionView},
    ui::{
        auth::{Auth, Notice},
        components::{Alert, Countdown, Mark, TokenPanel},
    },
};

/// `/dashboard`: who is signed in, and what this session is.
#[component]
pub fn Dashboard() -> impl IntoView {
    let auth = Auth::from_context();
    let name = move || auth.user().map(|user| user.username.to_string());
    let heading = NodeRef::<H1>::new();
    Effect::new(move |_| heading.get().map(|heading| heading.focus()));
    view! {
        <Title text="Dashboard" />
        <div class="page">
            <header class="bar">
                <Mark />
                <SignOut />
            </header>
            <main>
                <h1 tabindex="-1" node_ref=heading>"Hello, " <bdi>{name}</bdi></h1>
                <section class="panel" aria-labelledby="session-title">
                    <h2 id="session-title">"This session"</h2>
                    <CurrentSession />
                </section>
                <TokenPanel token=TokenStore::read() />
            </main>
        </div>
    }
}

#[component]
fn SignOut() -> impl IntoView {
    let auth = Auth::from_context();
    let pending = RwSignal::new(false);
    let error = RwSignal::new(None);
    let sign_out = move |_| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        error.set(None);
        spawn_local(async move {
            let outcome = auth.log_out().await;
            pending.set(false);
            if let Err(failed) = outcome {
                error.set(Some(format!("You are still signed in. {}", failed.message())));
            }
        });
    };
    view! {
        <button type="button" on:click=sign_out aria-disabled=move || pending.get().to_string()>
            {move || if pending.get() { "Signing out…" } else { "Sign out" }}
        </button>
        <Alert text=error />
    }
}

#[component]
fn CurrentSession() -> impl IntoView {
    let auth = Auth::from_context();
    let session = LocalResource::new(api::current_session);
    Effect::new(move |_| {
        if let Some(Err(AuthError::InvalidToken)) = session.get() {
            auth.end(Notice::SessionEnded);
        }
    });
    view! {
        {move || match session.get() {
            None => view! { <p class="quiet">"Loading…"</p> }.into_any(),
            Some(Ok(session)) => view! { <SessionDetails session /> }.into_any(),
            Some(Err(error)) => {
                view! {
                    <p role="alert">{error.message().to_owned()}</p>
                    <button type="button" on:click=move |_| session.refetch()>"Try again"</button>
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn SessionDetails(session: SessionView) -> impl IntoView {
    let auth = Auth::from_context();
    let token_end = TokenStore::read().and_then(|token| token.decode()?.expires_at()).unwrap_or(session.expires_at);
    view! {
        <dl>
            <dt>"Signed in since"</dt>
            <dd>{local_time(session.created_at)}</dd>
            <dt>"Token expires"</dt>
            <dd>
                {local_time(token_end)} ", "
                <Countdown until=token_end on_end=move || auth.end(Notice::SessionEnded) />
            </dd>
            <dt>"Session id"</dt>
            <dd><code>{session.id.to_string()}</code></dd>
        </dl>
    }
}
