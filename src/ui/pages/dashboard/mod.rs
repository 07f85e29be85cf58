mod current_session;
mod developers;
mod greeting;
mod latest_sessions;
mod no_email;
mod route;

use leptos::prelude::*;
use leptos_meta::Title;

use super::activity::Events;
use crate::{
    api,
    domain::{AccountEvent, SessionSummary, paths},
    ui::{
        components::{AsyncPanel, OfflineNotice, SignedInPage},
        polled::{Polled, use_polling},
        texts::{account_texts, dashboard_texts},
        use_auth,
    },
};
use developers::ForDevelopers;
use greeting::Greeting;
use latest_sessions::LatestSessions;
use no_email::NoEmail;

pub use route::DashboardRoute;

type Sessions = Polled<Vec<SessionSummary>>;

/// `/dashboard`: where a user arrives after the sign-in.
#[component]
pub fn Dashboard() -> impl IntoView {
    let account = Polled::new(api::own_account);
    let sessions = Polled::new(api::own_sessions);
    let events = Polled::new(api::account_events);
    use_polling(move || {
        sessions.poll();
        events.poll();
    });
    view! {
        <Title text=dashboard_texts().title />
        <SignedInPage>
            <Greeting account />
            <p class="cs-notice cs-when-plain">{account_texts().stays_plain}</p>
            <NoEmail account />
            {(use_auth().branding().dashboard)()}
            <div class="cs-beside">
                <SessionsPanel sessions />
                <ActivityPanel events />
            </div>
            <ForDevelopers sessions />
            <OfflineNotice error=sessions.stale_error />
        </SignedInPage>
    }
}

#[component]
fn SessionsPanel(sessions: Sessions) -> impl IntoView {
    view! {
        <section class="cs-panel" aria-labelledby="sessions-title">
            <h2 id="sessions-title" tabindex="-1">
                {account_texts().sessions}
            </h2>
            <AsyncPanel polled=sessions lines=2 heading="sessions-title">
                <LatestSessions sessions limit=3 />
            </AsyncPanel>
            <a href=paths::SESSIONS>{dashboard_texts().all_sessions}</a>
        </section>
    }
}

#[component]
fn ActivityPanel(events: Polled<Vec<AccountEvent>>) -> impl IntoView {
    let dashboard = dashboard_texts();
    view! {
        <section class="cs-panel" aria-labelledby="activity-title">
            <h2 id="activity-title" tabindex="-1">
                {dashboard.recent_activity}
            </h2>
            <AsyncPanel polled=events lines=4 heading="activity-title">
                <Events events limit=3 />
            </AsyncPanel>
            <a href=paths::ACTIVITY>{dashboard.all_activity}</a>
        </section>
    }
}
