use leptos::prelude::*;

use crate::{
    browser::local_time,
    domain::AccountEvent,
    ui::{
        components::Loaded,
        latest::Latest,
        texts::{Events, dashboard_texts, texts},
    },
};

/// What has happened to the account lately, in plain words.
#[component]
pub fn Activity(events: Latest<Vec<AccountEvent>>) -> impl IntoView {
    let blank = dashboard_texts().nothing_yet;
    let list = move || {
        let events = events.get().unwrap_or_default();
        if events.is_empty() {
            return view! { <p class="blank quiet">{blank}</p> }.into_any();
        }
        let rows = events.into_iter().map(|event| view! { <Event event /> });
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="activity-title">
            <h2 id="activity-title">{dashboard_texts().recent_activity}</h2>
            <Loaded latest=events lines=4>
                {list}
            </Loaded>
        </section>
    }
}

#[component]
fn Event(event: AccountEvent) -> impl IntoView {
    let (texts, dashboard) = (texts(), dashboard_texts());
    let from = event
        .address
        .map(|address| (dashboard.from_address)(&address));
    let command_line = || dashboard.command_line.to_owned();
    let device = event
        .device
        .as_ref()
        .map_or_else(command_line, |device| texts.name_of(device));
    let parts = [Some(local_time(event.at)), Some(device), from];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    view! {
        <li>
            <div>
                <strong>{in_words(&dashboard.events, &event.kind, event.detail.as_deref())}</strong>
                <p class="quiet">{parts.join(dashboard.comma)}</p>
            </div>
        </li>
    }
}

/// An event as its owner would tell it.
fn in_words(events: &Events, kind: &str, detail: Option<&str>) -> &'static str {
    match (kind, detail) {
        ("login", _) => events.login,
        ("login_failed", _) => events.login_failed,
        ("login_throttled", _) => events.login_throttled,
        ("logout", _) => events.logout,
        ("renewal_reused", _) => events.renewal_reused,
        ("session_revoked", Some("replaced")) => events.replaced,
        ("session_revoked", Some("owner")) => events.ended_by_owner,
        ("session_revoked", Some("surplus")) => events.surplus,
        ("session_revoked", _) => events.ended_by_administrator,
        ("user_added", _) => events.user_added,
        ("user_disabled", _) => events.user_disabled,
        ("user_enabled", _) => events.user_enabled,
        ("password_changed", _) => events.password_changed,
        _ => events.something_else,
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use crate::domain::Language;

    #[test]
    fn what_users_do_most_is_told_in_their_words() {
        let events = &Language::English.dashboard_texts().events;
        assert_eq!(in_words(events, "login", None), "Signed in");
        assert_eq!(
            in_words(events, "session_revoked", Some("owner")),
            "Signed out from another session"
        );
        assert_eq!(
            in_words(events, "what a newer server may say", None),
            "Something else happened"
        );
        assert_eq!(
            in_words(&Language::German.dashboard_texts().events, "login", None),
            "Angemeldet"
        );
    }
}
