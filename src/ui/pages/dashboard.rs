use leptos::{ev::SubmitEvent, html::H1, prelude::*};
use leptos_meta::Title;

use crate::{
    api,
    browser::{focus_unless_busy, local_time},
    domain::SessionView,
    ui::{
        auth::Auth,
        components::{Countdown, Mark, TokenPanel},
    },
};

/// `/dashboard`: who is signed in, and what this session is.
#[component]
pub fn Dashboard() -> impl IntoView {
    let auth = Auth::from_context();
    let name = move || auth.user().map(|user| user.username.to_string());
    let heading = NodeRef::<H1>::new();
    Effect::new(move |_| heading.get().map(|heading| focus_unless_busy(&heading)));
    view! {
        <Title text="Dashboard" />
        <div class="page">
            <header class="bar">
                <Mark />
                <SignOut />
            </header>
            <main>
                <h1 tabindex="-1" node_ref=heading>
                    "Hello, "
                    <bdi>{name}</bdi>
                </h1>
                <section class="panel" aria-labelledby="session-title">
                    <h2 id="session-title">"This session"</h2>
                    <CurrentSession />
                </section>
                <TokenPanel token=Signal::derive(move || auth.token()) />
            </main>
        </div>
    }
}

/// A real form too: signing out must not need any script.
#[component]
fn SignOut() -> impl IntoView {
    let auth = Auth::from_context();
    let sign_out = move |event: SubmitEvent| {
        event.prevent_default();
        auth.log_out();
    };
    view! {
        <form method="post" action="/logout" on:submit=sign_out>
            <button type="submit">"Sign out"</button>
        </form>
    }
}

#[component]
fn CurrentSession() -> impl IntoView {
    let session = LocalResource::new(api::current_session);
    view! {
        {move || match session.get() {
            None => {
                view! {
                    <p class="quiet">"Loading…"</p>
                    <noscript>
                        <p class="notice">"The details of the session need JavaScript. Signing out does not."</p>
                    </noscript>
                }
                    .into_any()
            }
            Some(Ok(session)) => view! { <SessionDetails session /> }.into_any(),
            Some(Err(error)) => {
                view! {
                    <p role="alert">{error.message().into_owned()}</p>
                    <button type="button" on:click=move |_| session.refetch()>
                        "Try again"
                    </button>
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn SessionDetails(session: SessionView) -> impl IntoView {
    let auth = Auth::from_context();
    let token_end = move || auth.token().and_then(|token| token.expires_at());
    view! {
        <dl>
            <dt>"Signed in since"</dt>
            <dd>{local_time(session.created_at)}</dd>
            <dt>"Session ends"</dt>
            <dd>{local_time(session.expires_at)}</dd>
            <dt>"Token expires"</dt>
            <dd>
                {move || {
                    token_end()
                        .map(|end| {
                            view! {
                                {local_time(end)}
                                ", "
                                <Countdown until=end />
                            }
                        })
                }}
            </dd>
            <dt>"Session id"</dt>
            <dd>
                <code>{session.id.to_string()}</code>
            </dd>
        </dl>
    }
}
