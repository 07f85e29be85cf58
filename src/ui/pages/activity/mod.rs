mod events;

use leptos::prelude::*;

use crate::{
    api,
    domain::paths,
    ui::{
        components::{AsyncPanel, OfflineNotice, PAGE_TITLE, Settings},
        polled::{Polled, use_polling},
        texts::account_texts,
    },
};
pub use events::Events;

/// `/account/activity`: what has happened to the account lately.
#[component]
pub fn Activity() -> impl IntoView {
    let account = account_texts();
    let events = Polled::new(api::account_events);
    use_polling(move || events.poll());
    view! {
        <Settings title=account.activity path=paths::ACTIVITY>
            <p class="cs-notice cs-when-plain">{account.stays_plain}</p>
            <div class="cs-panel">
                <AsyncPanel polled=events lines=8 heading=PAGE_TITLE>
                    <Events events />
                </AsyncPanel>
            </div>
            <OfflineNotice error=events.stale_error />
        </Settings>
    }
}
