use leptos::{html::H2, prelude::*};

use crate::{
    domain::{AccountEvent, EventKind, RevokedReason},
    ui::{
        components::{AsyncPanel, LocalTime},
        polled::Polled,
        texts::{EventTexts, dashboard_texts, texts},
    },
};

/// The latest security events of the account.
#[component]
pub fn Activity(events: Polled<Vec<AccountEvent>>) -> impl IntoView {
    let heading = NodeRef::<H2>::new();
    view! {
        <section class="cs-panel" aria-labelledby="activity-title">
            <h2 id="activity-title" tabindex="-1" node_ref=heading>
                {dashboard_texts().recent_activity}
            </h2>
            <AsyncPanel polled=events lines=4 heading>
                <List events />
            </AsyncPanel>
        </section>
    }
}

#[component]
fn List(events: Polled<Vec<AccountEvent>>) -> impl IntoView {
    let events = Memo::new(move |_| events.value.get().unwrap_or_default());
    let none = || view! { <p class="cs-blank cs-quiet">{dashboard_texts().no_activity}</p> };
    view! {
        <Show when=move || events.with(|events| !events.is_empty()) fallback=none>
            <ul class="cs-rows">
                <For each=move || events.get() key=|event| event.id let(event)>
                    <Row event />
                </For>
            </ul>
        </Show>
    }
}

#[component]
fn Row(event: AccountEvent) -> impl IntoView {
    let dashboard = dashboard_texts();
    let device = match &event.device {
        Some(device) => texts().name_of(device),
        None => dashboard.command_line.to_owned(),
    };
    let ip = event.ip.map(|ip| {
        let ip = (dashboard.from_ip)(&ip);
        view! { {dashboard.comma} {ip} }
    });
    view! {
        <li>
            <div>
                <strong>{describe(&dashboard.events, event.kind, event.reason)}</strong>
                <p class="cs-quiet"><LocalTime at=event.at /> {dashboard.comma} {device} {ip}</p>
            </div>
        </li>
    }
}

fn describe(events: &EventTexts, kind: EventKind, reason: Option<RevokedReason>) -> &'static str {
    match kind {
        EventKind::Login => events.login,
        EventKind::LoginFailed => events.login_failed,
        EventKind::LoginThrottled => events.login_throttled,
        EventKind::Logout => events.logout,
        EventKind::RefreshTokenReused => events.refresh_token_reused,
        EventKind::SessionRevoked => match reason {
            Some(RevokedReason::Replaced) => events.replaced,
            Some(RevokedReason::Owner) => events.revoked_by_owner,
            Some(RevokedReason::Surplus) => events.surplus,
            Some(RevokedReason::Operator) => events.revoked_by_administrator,
            // No event has one of the others as its reason, or a newer version of the server has.
            Some(_) | None => events.other,
        },
        EventKind::UserAdded => events.user_added,
        EventKind::UserDisabled => events.user_disabled,
        EventKind::UserEnabled => events.user_enabled,
        EventKind::PasswordChanged => events.password_changed,
        EventKind::PasswordResetSent => events.password_reset_sent,
        EventKind::PasswordReset => events.password_reset,
        EventKind::EmailChanged => events.email_changed,
        // No events of a single account, or of a newer version of the server.
        EventKind::AllSessionsRevoked
        | EventKind::KeyAdded
        | EventKind::KeyRemoved
        | EventKind::Unknown => events.other,
    }
}

#[cfg(test)]
mod tests {
    use super::describe;
    use crate::{
        domain::{EventKind, Language, RevokedReason},
        ui::texts::dashboard_texts_of,
    };

    #[test]
    fn events_are_described_by_kind_and_reason_in_the_language_of_the_page() {
        let english = &dashboard_texts_of(Language::English).events;
        assert_eq!(describe(english, EventKind::Login, None), "Signed in");
        assert_eq!(
            describe(
                english,
                EventKind::SessionRevoked,
                Some(RevokedReason::Owner)
            ),
            "Signed out from another session"
        );
        assert_eq!(describe(english, EventKind::Unknown, None), "Other event");
        let german = &dashboard_texts_of(Language::German).events;
        assert_eq!(describe(german, EventKind::Login, None), "Angemeldet");
    }
}
