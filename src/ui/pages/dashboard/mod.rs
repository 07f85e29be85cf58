mod activity;
mod current_session;
mod end_others;
mod other_sessions;
mod route;
mod stale;

use std::time::Duration;

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;

use crate::{
    api,
    browser::is_visible,
    domain::OwnSession,
    ui::{
        auth::Auth,
        components::{Mark, PageHeading, TokenPanel},
        latest::Latest,
        live::{effect, live_text},
        texts::{dashboard_texts, texts},
    },
};
use activity::Activity;
use current_session::CurrentSession;
use other_sessions::OtherSessions;
use stale::Stale;

pub use route::{DashboardRoute, load_dashboard};

/// How often a page in view looks whether something has changed elsewhere.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

type Sessions = Latest<Vec<OwnSession>>;

/// `/dashboard`: who is signed in, and what this session is.
#[component]
fn Dashboard() -> impl IntoView {
    let auth = Auth::from_context();
    let dashboard = dashboard_texts();
    let [before, after] = dashboard.hello;
    let name = live_text(move || auth.user().map(|user| user.username.to_string()));
    let sessions = Latest::new(api::own_sessions);
    let events = Latest::new(api::account_events);
    look_again(move || {
        sessions.refresh();
        events.refresh();
    });
    view! {
        <Title text=dashboard.title />
        <div class="page">
            <header class="bar">
                <Mark />
                <SignOut />
            </header>
            <main>
                <PageHeading>
                    {before}
                    <bdi>{name}</bdi>
                    {after}
                </PageHeading>
                <noscript>
                    <p class="notice">{dashboard.needs_scripts}</p>
                </noscript>
                <CurrentSession sessions />
                <OtherSessions sessions changed=move || events.refresh() />
                <Activity events />
                <TokenPanel token=Signal::derive(move || auth.token()) />
                <Stale of=sessions />
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
            <button type="submit">{texts().common.sign_out}</button>
        </form>
    }
}

/// Calls back every now and then, while somebody looks at the page.
fn look_again(callback: impl Fn() + Clone + 'static) {
    let ticking = StoredValue::new(None);
    effect(move || {
        let callback = callback.clone();
        let look = move || {
            if is_visible() {
                callback();
            }
        };
        ticking.set_value(set_interval_with_handle(look, LOOK_AGAIN).ok());
    });
    on_cleanup(move || {
        if let Some(handle) = ticking.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
}
