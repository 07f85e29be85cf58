use leptos::prelude::*;

use crate::{
    browser::local_time,
    domain::AccountEvent,
    ui::{components::Loaded, latest::Latest},
};

/// What has happened to the account lately, in plain words.
#[component]
pub fn Activity(events: Latest<Vec<AccountEvent>>) -> impl IntoView {
    let list = move || {
        let rows = events.get().unwrap_or_default().into_iter().map(|event| view! { <Event event /> });
        view! { <ul class="rows">{rows.collect_view()}</ul> }
    };
    view! {
        <section class="panel" aria-labelledby="activity-title">
            <h2 id="activity-title">"Recent activity"</h2>
            <Loaded latest=events lines=4>
                {list}
            </Loaded>
        </section>
    }
}

#[component]
fn Event(event: AccountEvent) -> impl IntoView {
    let from = event.address.map(|address| format!(", from {address}"));
    view! {
        <li>
            <div>
                <strong>{in_words(&event.kind, event.detail.as_deref())}</strong>
                <p class="quiet">{local_time(event.at)} ", " {event.device} {from}</p>
            </div>
        </li>
    }
}

/// An event as its owner would tell it.
fn in_words(kind: &str, detail: Option<&str>) -> &'static str {
    match (kind, detail) {
        ("login", _) => "Signed in",
        ("login_failed", _) => "A sign-in failed",
        ("login_throttled", _) => "Sign-ins were made to wait",
        ("logout", _) => "Signed out",
        ("renewal_reused", _) => "A copied session was ended",
        ("session_revoked", Some("replaced")) => "Signed in again in the same browser",
        ("session_revoked", Some("owner")) => "Signed out from another session",
        ("session_revoked", _) => "Signed out by an administrator",
        ("user_added", _) => "The account was made",
        ("user_disabled", _) => "The account was disabled",
        ("user_enabled", _) => "The account was enabled",
        ("password_changed", _) => "The password was changed",
        _ => "Something else happened",
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn what_users_do_most_is_told_in_their_words() {
        assert_eq!(in_words("login", None), "Signed in");
        assert_eq!(in_words("session_revoked", Some("owner")), "Signed out from another session");
        assert_eq!(in_words("what a newer server may say", None), "Something else happened");
    }
}
