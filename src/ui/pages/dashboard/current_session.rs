use leptos::prelude::*;

use super::Sessions;
use crate::{
    browser::local_time,
    domain::OwnSession,
    ui::{
        auth::Auth,
        components::{Countdown, Loaded},
        texts::{dashboard_texts, texts},
    },
};

/// What this session is, and until when.
#[component]
pub fn CurrentSession(sessions: Sessions) -> impl IntoView {
    let current = Memo::new(move |_| {
        sessions
            .get()
            .unwrap_or_default()
            .into_iter()
            .find(|own| own.is_current)
    });
    view! {
        <section class="panel details" aria-labelledby="session-title">
            <h2 id="session-title">{dashboard_texts().this_session}</h2>
            <Loaded latest=sessions lines=6>
                {move || current.get().map(|own| view! { <Details own /> })}
            </Loaded>
        </section>
    }
}

#[component]
fn Details(own: OwnSession) -> impl IntoView {
    let auth = Auth::from_context();
    let dashboard = dashboard_texts();
    let token_end = move || {
        auth.token()
            .and_then(|token| token.claims())
            .map(|claims| claims.exp)
    };
    view! {
        <dl>
            <dt>{dashboard.device}</dt>
            <dd>{texts().name_of(&own.device)}</dd>
            <dt>{dashboard.signed_in_since}</dt>
            <dd>{local_time(own.session.created_at)}</dd>
            <dt>{dashboard.session_ends}</dt>
            <dd>{local_time(own.session.expires_at)}</dd>
            <dt>{dashboard.renewals}</dt>
            <dd>{own.renewals}</dd>
            <dt>{dashboard.token_expires}</dt>
            <dd>
                {move || {
                    token_end()
                        .map(|end| {
                            view! {
                                {local_time(end)}
                                {dashboard.comma}
                                <Countdown until=end />
                            }
                        })
                }}
            </dd>
            <dt>{dashboard.session_id}</dt>
            <dd>
                <code>{own.session.id.to_string()}</code>
            </dd>
        </dl>
    }
}
