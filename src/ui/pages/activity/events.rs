use leptos::prelude::*;

use crate::{
    domain::{AccountEvent, EventKind, RevokedReason},
    ui::{
        components::TimeAgo,
        polled::Polled,
        texts::{EventTexts, account_texts, texts},
    },
};

/// The latest security events of the account.
#[component]
pub fn Events(
    events: Polled<Vec<AccountEvent>>,
    /// How many of them, at most.
    #[prop(default = usize::MAX)]
    limit: usize,
) -> impl IntoView {
    let events = Memo::new(move |_| {
        let mut events = events.value.get().unwrap_or_default();
        events.truncate(limit);
        events
    });
    let none = || view! { <p class="cs-blank cs-quiet">{account_texts().no_activity}</p> };
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
    let account = account_texts();
    let device = match &event.device {
        Some(device) => texts().name_of(device),
        None => account.command_line.to_owned(),
    };
    let ip = event.ip.map(|ip| {
        let ip = (account.from_ip)(&ip);
        view! { {account.comma} {ip} }
    });
    view! {
        <li>
            <div>
                {describe(&account.events, event.kind, event.reason)}
                <p class="cs-quiet"><TimeAgo at=event.at /> {account.comma} {device} {ip}</p>
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
        EventKind::DisplayNameChanged => events.display_name_changed,
        EventKind::EmailConfirmationSent => events.email_confirmation_sent,
        EventKind::EmailChanged => events.email_changed,
        EventKind::EmailRestored => events.email_restored,
        EventKind::SignUpSent => events.sign_up_sent,
        // No events of an account that there is, or of a newer version of the server.
        EventKind::UserDeleted
        | EventKind::Invited
        | EventKind::InvitationRevoked
        | EventKind::AllSessionsRevoked
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
        ui::texts::account_texts_of,
    };

    #[test]
    fn events_are_described_by_kind_and_reason_in_the_language_of_the_page() {
        let english = &account_texts_of(Language::English).events;
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
        let german = &account_texts_of(Language::German).events;
        assert_eq!(describe(german, EventKind::Login, None), "Angemeldet");
    }
}
