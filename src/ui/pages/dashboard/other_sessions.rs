use leptos::{html::H2, prelude::*};

use super::{Sessions, sign_out_others::SignOutOthers};
use crate::{
    api,
    browser::{focus_section_heading, focus_unless_busy},
    domain::{AuthError, SessionId, SessionSummary},
    ui::{
        components::{Alert, AsyncPanel, LiveText, LocalTime},
        texts::{dashboard_texts, texts},
    },
};

/// The user's other sessions, each with a button that ends it. `on_change` is called when some may
/// have ended.
#[component]
pub fn OtherSessions(
    sessions: Sessions,
    /// Why a session could not be ended.
    error: RwSignal<Option<AuthError>>,
    #[prop(into)] on_change: Callback<()>,
) -> impl IntoView {
    let (texts, dashboard) = (texts(), dashboard_texts());
    let heading = NodeRef::<H2>::new();
    let message = RwSignal::new(None::<String>);
    let on_result = move |result: Result<String, AuthError>| {
        // The row or the form that had the focus is removed.
        if let (Ok(_), Some(heading)) = (&result, heading.get_untracked()) {
            focus_section_heading(&heading);
        }
        error.set(result.as_ref().err().cloned());
        message.set(result.ok());
        on_change.run(());
    };
    // Without the text while it is tried again, so that screen readers announce the same text again.
    let on_start = move |()| {
        error.set(None);
        message.set(None);
    };
    // The panel of the current session shows the error already. An effect, because hydration needs
    // the page as the server has rendered it.
    let is_hidden = RwSignal::new(false);
    Effect::new(move |_| is_hidden.set(sessions.error.get().is_some()));
    view! {
        <section class="cs-panel" aria-labelledby="others-title" hidden=move || is_hidden.get()>
            <h2 id="others-title" tabindex="-1" node_ref=heading>
                {dashboard.other_sessions}
            </h2>
            <Alert text=move || error.get().map(|error| texts.error(&error)) />
            <p class="cs-notice" role="status">
                <LiveText text=message />
            </p>
            <AsyncPanel polled=sessions lines=2 heading>
                <List sessions heading on_start on_result />
            </AsyncPanel>
        </section>
    }
}

type OnResult = Callback<Result<String, AuthError>>;

#[component]
fn List(
    sessions: Sessions,
    heading: NodeRef<H2>,
    #[prop(into)] on_start: Callback<()>,
    #[prop(into)] on_result: OnResult,
) -> impl IntoView {
    let dashboard = dashboard_texts();
    let others = Memo::new(move |before: Option<&Vec<SessionSummary>>| {
        let mut sessions = sessions.value.get().unwrap_or_default();
        sessions.retain(|session| !session.is_current);
        // New rows come last, so that no other row comes under the mouse when somebody aims at one.
        let before = before.map(Vec::as_slice).unwrap_or_default();
        sessions.sort_by_key(|session| {
            let place = before
                .iter()
                .position(|row| row.session.id == session.session.id);
            place.unwrap_or(usize::MAX)
        });
        sessions
    });
    // When the row that had the focus last is removed, because its session has ended elsewhere, the
    // focus would be lost.
    let last_focused = StoredValue::new(None::<SessionId>);
    Effect::new(move |_| {
        others.track();
        let is_there = |id| others.with(|others| others.iter().any(|row| row.session.id == id));
        if last_focused.get_value().is_some_and(|id| !is_there(id)) {
            last_focused.set_value(None);
            request_animation_frame(move || {
                if let Some(heading) = heading.try_get_untracked().flatten() {
                    focus_unless_busy(&heading);
                }
            });
        }
    });
    let none = move || view! { <p class="cs-blank cs-quiet">{dashboard.no_other_sessions}</p> };
    view! {
        <Show when=move || others.with(|others| !others.is_empty()) fallback=none>
            <ul class="cs-rows cs-long">
                <For each=move || others.get() key=|session| session.session.id let(session)>
                    <Row session sessions others last_focused on_start on_result />
                </For>
            </ul>
            <SignOutOthers on_done=move |number| {
                sessions.update(|sessions| sessions.retain(|session| session.is_current));
                on_result.run(Ok((dashboard.signed_out_sessions)(number)));
            } />
        </Show>
    }
}

#[component]
fn Row(
    session: SessionSummary,
    sessions: Sessions,
    others: Memo<Vec<SessionSummary>>,
    last_focused: StoredValue<Option<SessionId>>,
    on_start: Callback<()>,
    on_result: OnResult,
) -> impl IntoView {
    let (texts, dashboard) = (texts(), dashboard_texts());
    let id = session.session.id;
    let device = texts.name_of(&session.device);
    // The time tells sessions of the same device apart.
    let part = |name: &str| format!("{name}-{id}");
    let (button, name, time) = (part("end"), part("device"), part("since"));
    let label = format!("{button} {name} {time}");
    let signed_out = (dashboard.signed_out_device)(&device);
    // The rows are kept when the list is fetched again, and this is the only value that changes.
    let last_seen_at = Memo::new(move |_| {
        others.with(|others| {
            let same = others.iter().find(|other| other.session.id == id);
            same.map_or(session.last_seen_at, |same| same.last_seen_at)
        })
    });
    let revoke = Action::new(move |()| api::revoke_session(id));
    Effect::new(move |_| {
        if let Some(result) = revoke.value().get() {
            if result.is_ok() {
                sessions.update(|sessions| sessions.retain(|session| session.session.id != id));
            }
            on_result.run(result.map(|()| signed_out.clone()));
        }
    });
    let click = move |_| {
        if !revoke.pending().get_untracked() {
            on_start.run(());
            revoke.dispatch(());
        }
    };
    let [last_seen, since, end] = dashboard.seen;
    view! {
        <li>
            <div>
                <strong id=name>{device}</strong>
                <p class="cs-quiet">
                    {last_seen} <LocalTime at=last_seen_at />
                    <span id=time>
                        {since} <LocalTime at=session.session.created_at /> {end}
                    </span>
                </p>
            </div>
            <button
                class="cs-needs-script"
                type="button"
                id=button
                aria-labelledby=label
                on:focus=move |_| last_focused.set_value(Some(id))
                on:click=click
            >
                {texts.common.sign_out}
            </button>
        </li>
    }
}
