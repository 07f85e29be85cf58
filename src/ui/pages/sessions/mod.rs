mod end_others;
mod list;
mod row;

use leptos::prelude::*;

use super::account::{done, refused, text_of};
use crate::{
    api,
    browser::{element, focus_section_heading},
    domain::{AuthError, SessionSummary, paths},
    ui::{
        components::{Alert, AsyncPanel, LiveText, OfflineNotice, PAGE_TITLE, Settings},
        polled::{Polled, use_polling},
        texts::{account_texts, texts},
    },
};
use end_others::EndOthers;
use list::List;

type Summaries = Polled<Vec<SessionSummary>>;

/// What the page does when the user ends a session: `on_start` before the request, and `on_result`
/// with what to say, or with why it could not be ended.
#[derive(Clone, Copy)]
struct Ending {
    on_start: Callback<()>,
    on_result: Callback<Result<String, AuthError>>,
}

/// `/account/sessions`: the live sessions of a user, each with a form that names it and one that ends
/// it.
#[component]
pub fn Sessions() -> impl IntoView {
    let (texts, account) = (texts(), account_texts());
    let (asks_password, failed) = match refused() {
        Some(error) if is_about_password(&error) => (Some(error), None),
        error => (None, error),
    };
    let done = done([
        ("named", account.saved),
        ("ended", account.ended_session),
        ("ended-others", account.ended_others),
    ]);
    let sessions = Polled::new(api::own_sessions);
    use_polling(move || sessions.poll());
    // Why a session could not be named or ended.
    let error = RwSignal::new(failed);
    let message = RwSignal::new(done.get_untracked().map(str::to_owned));
    let ending = Ending {
        // Without the text while it is tried again, so that screen readers announce the same text again.
        on_start: Callback::new(move |()| {
            error.set(None);
            message.set(None);
        }),
        on_result: Callback::new(move |result: Result<String, AuthError>| {
            // The row or the form that had the focus is removed.
            if let (Ok(_), Some(heading)) = (&result, element(PAGE_TITLE)) {
                focus_section_heading(&heading);
            }
            error.set(result.as_ref().err().cloned());
            message.set(result.ok());
            sessions.poll();
        }),
    };
    // The same sentence is not said twice.
    let stale_error =
        move || (sessions.stale_error.get()).filter(|stale| error.get().as_ref() != Some(stale));
    view! {
        <Settings title=account.sessions path=paths::SESSIONS>
            <Alert text=move || error.get().map(|error| text_of(&error, texts, account)) />
            <p class="cs-notice" role="status">
                <LiveText text=message />
            </p>
            <p class="cs-notice cs-when-plain">{account.stays_plain}</p>
            <div class="cs-panel">
                <AsyncPanel polled=sessions lines=4 heading=PAGE_TITLE>
                    <List sessions ending />
                    <EndOthers sessions ending refused=asks_password.clone() />
                </AsyncPanel>
            </div>
            <OfflineNotice error=Signal::derive(stale_error) />
        </Settings>
    }
}

/// Whether an error is about the password by which all other sessions are ended.
fn is_about_password(error: &AuthError) -> bool {
    match error {
        AuthError::InvalidInput(error) => error.field() == Some("password"),
        AuthError::WrongPassword
        | AuthError::PasswordRequired
        | AuthError::Throttled { .. }
        | AuthError::Busy => true,
        _ => false,
    }
}
