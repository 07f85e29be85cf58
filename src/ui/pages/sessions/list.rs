use leptos::prelude::*;

use super::{Ending, Summaries, row::Row};
use crate::{
    browser::{element, focus_unless_busy},
    domain::{SessionId, SessionSummary},
    ui::components::PAGE_TITLE,
};

/// All sessions, the current one first.
#[component]
pub fn List(sessions: Summaries, ending: Ending) -> impl IntoView {
    let all = Memo::new(move |before: Option<&Vec<SessionSummary>>| {
        let mut sessions = sessions.value.get().unwrap_or_default();
        // New rows come last, so that no other row comes under the mouse when somebody aims at one.
        let before = before.map(Vec::as_slice).unwrap_or_default();
        sessions.sort_by_key(|session| {
            let place = before
                .iter()
                .position(|row| row.session.id == session.session.id);
            (!session.is_current, place.unwrap_or(usize::MAX))
        });
        sessions
    });
    // When the row that had the focus last is removed, because its session has ended elsewhere, the
    // focus would be lost.
    let last_focused = StoredValue::new(None::<SessionId>);
    Effect::new(move |_| {
        all.track();
        let is_there = |id| all.with(|all| all.iter().any(|row| row.session.id == id));
        if last_focused.get_value().is_some_and(|id| !is_there(id)) {
            last_focused.set_value(None);
            request_animation_frame(move || {
                if let Some(heading) = element(PAGE_TITLE) {
                    focus_unless_busy(&heading);
                }
            });
        }
    });
    // A row is kept when the list is fetched again.
    let key = |session: &SessionSummary| (session.session.id, session.is_current);
    view! {
        <ul class="cs-rows">
            <For each=move || all.get() key=key let(session)>
                <Row session all sessions ending last_focused />
            </For>
        </ul>
    }
}
