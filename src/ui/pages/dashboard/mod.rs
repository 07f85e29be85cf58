mod activity;
mod current_session;
mod offline_notice;
mod other_sessions;
mod route;
mod sign_out_others;

use std::time::Duration;

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;

use crate::{
    api,
    browser::{is_visible, take_over},
    domain::{Language, SessionSummary, paths},
    ui::{
        components::{LiveText, Logo, MainContent, PageHeading, TokenPanel},
        interval::use_interval,
        polled::Polled,
        texts::{account_texts, dashboard_texts, texts},
        use_auth,
    },
};
use activity::Activity;
use current_session::CurrentSession;
use offline_notice::OfflineNotice;
use other_sessions::OtherSessions;

pub use route::DashboardRoute;

/// How often a visible page fetches its data again.
const POLL_INTERVAL: Duration = Duration::from_secs(10);

type Sessions = Polled<Vec<SessionSummary>>;

/// `/dashboard`: the user, their sessions, and the activity of their account.
#[component]
pub fn Dashboard() -> impl IntoView {
    let auth = use_auth();
    let dashboard = dashboard_texts();
    let language = use_context::<Language>().unwrap_or_default();
    let [before, after] = dashboard.hello;
    let name = move || auth.user().map(|user| user.username.to_string());
    let sessions = Polled::new(api::own_sessions);
    let events = Polled::new(api::account_events);
    let not_ended = RwSignal::new(None);
    // The same sentence is not said twice.
    let stale_error = move || {
        (sessions.stale_error.get()).filter(|stale| not_ended.get().as_ref() != Some(stale))
    };
    let poll = move || {
        sessions.poll();
        events.poll();
    };
    use_interval(POLL_INTERVAL, move || {
        if is_visible() {
            poll();
        }
    });
    // Another tab has begun a new session for this browser.
    Effect::watch(
        move || auth.session(),
        move |session, before, _| {
            if session.is_some() && before != Some(session) {
                poll();
            }
        },
        false,
    );
    view! {
        <Title text=dashboard.title />
        <div class="cs cs-page" lang=language.tag() dir=language.direction()>
            <header class="cs-bar">
                <Logo />
                <SignOut />
            </header>
            <MainContent class="cs-main">
                <PageHeading>
                    {before} <bdi>
                        <LiveText text=name />
                    </bdi> {after}
                </PageHeading>
                <a href=paths::CHANGE_PASSWORD>{account_texts().change_title}</a>
                <p class="cs-notice cs-when-plain">{dashboard.stays_plain}</p>
                <div class="cs-beside">
                    <div class="cs-below">
                        <CurrentSession sessions />
                        <OtherSessions sessions error=not_ended on_change=move |()| poll() />
                    </div>
                    <Activity events />
                </div>
                <TokenPanel />
                <OfflineNotice error=Signal::derive(stale_error) />
            </MainContent>
        </div>
    }
}

/// Also works without the wasm.
#[component]
fn SignOut() -> impl IntoView {
    let auth = use_auth();
    let submit = move |event: SubmitEvent| {
        if take_over(&event) {
            auth.log_out();
        }
    };
    view! {
        <form method="post" action=paths::LOGOUT on:submit=submit>
            <button type="submit">{texts().common.sign_out}</button>
        </form>
    }
}
