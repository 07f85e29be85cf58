use leptos::prelude::*;

use super::Sessions;
use crate::{
    domain::SessionSummary,
    ui::{
        components::{Countdown, LocalTime},
        texts::{account_texts, dashboard_texts, texts},
        use_auth,
    },
};

/// The session of this browser and its times. Nothing while they can't be fetched, which is said
/// above.
#[component]
pub fn CurrentSession(sessions: Sessions) -> impl IntoView {
    view! {
        <Transition>
            {
                let current = Memo::new(move |_| {
                    let sessions = sessions.value.get().unwrap_or_default();
                    sessions.into_iter().find(|session| session.is_current)
                });
                move || current.get().map(|session| view! { <Details session /> })
            }
        </Transition>
    }
}

#[component]
fn Details(session: SessionSummary) -> impl IntoView {
    let auth = use_auth();
    let dashboard = dashboard_texts();
    let token_expires = move || {
        let end = auth.token()?.claims()?.exp;
        let until = auth.token_expires_at()?;
        Some(view! {
            // In one element, which is removed with everything in it.
            <span>
                <LocalTime at=end /> {account_texts().comma} <Countdown until />
            </span>
        })
    };
    view! {
        <section>
            <h3>{dashboard.this_session}</h3>
            <dl>
                <dt>{dashboard.device}</dt>
                <dd>{texts().name_of(&session.device)}</dd>
                <dt>{dashboard.signed_in_since}</dt>
                <dd>
                    <LocalTime at=session.session.created_at />
                </dd>
                <dt>{dashboard.session_ends}</dt>
                <dd>
                    <LocalTime at=session.session.expires_at />
                </dd>
                <dt>{dashboard.refreshes}</dt>
                <dd>{session.refreshes}</dd>
                <dt class="cs-needs-script">{dashboard.token_expires}</dt>
                <dd class="cs-needs-script">{token_expires}</dd>
                <dt>{dashboard.session_id}</dt>
                <dd>
                    <code>{session.session.id.to_string()}</code>
                </dd>
            </dl>
        </section>
    }
}
