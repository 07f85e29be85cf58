use leptos::prelude::*;

use super::Sessions;
use crate::{
    domain::SessionSummary,
    ui::{
        components::TimeAgo,
        texts::{account_texts, dashboard_texts, texts},
    },
};

/// The session of this browser and those that were used last, and how many there are besides it.
#[component]
pub fn LatestSessions(
    sessions: Sessions,
    /// How many of them, at most.
    limit: usize,
) -> impl IntoView {
    let all = move || sessions.value.get().unwrap_or_default();
    let latest = Memo::new(move |_| {
        let mut latest = all();
        latest.sort_by_key(|session| (!session.is_current, -session.last_seen_at.0));
        latest.truncate(limit);
        latest
    });
    let others = move || (dashboard_texts().other_sessions)(all().len().saturating_sub(1));
    let key = |session: &SessionSummary| {
        let name = session.name.as_ref().map(ToString::to_string);
        (session.session.id, session.last_seen_at.0, name)
    };
    view! {
        <ul class="cs-rows">
            <For each=move || latest.get() key let(session)>
                <Row session />
            </For>
        </ul>
        <p class="cs-hint">{others}</p>
    }
}

#[component]
fn Row(session: SessionSummary) -> impl IntoView {
    let account = account_texts();
    let [last_used, _] = account.seen;
    let name = match session.name {
        Some(name) => view! { <bdi>{name.to_string()}</bdi> }.into_any(),
        None => texts().name_of(&session.device).into_any(),
    };
    view! {
        <li>
            <div>
                <div class="cs-row">
                    {name}
                    {session
                        .is_current
                        .then(|| view! { <span class="cs-badge">{account.this_device}</span> })}
                </div>
                <p class="cs-quiet">{last_used} <TimeAgo at=session.last_seen_at /></p>
            </div>
        </li>
    }
}
