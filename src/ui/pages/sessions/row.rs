use leptos::{ev::SubmitEvent, prelude::*};

use super::{Ending, Summaries};
use crate::{
    api,
    browser::take_over,
    domain::{Language, SessionId, SessionSummary, paths},
    ui::{
        components::{LiveText, LocalTime, TimeAgo},
        texts::{account_texts, texts},
    },
};

/// A session: its name or its device, its times, and its forms.
#[component]
pub fn Row(
    session: SessionSummary,
    /// All sessions as they were fetched last. The row is kept when they are fetched again.
    all: Memo<Vec<SessionSummary>>,
    sessions: Summaries,
    ending: Ending,
    last_focused: StoredValue<Option<SessionId>>,
) -> impl IntoView {
    let account = account_texts();
    let SessionSummary {
        session,
        name,
        device,
        last_seen_at,
        is_current,
        ..
    } = session;
    let id = session.id;
    let device = texts().name_of(&device);
    let last_seen_at = latest(all, id, last_seen_at, |session| session.last_seen_at);
    let name = latest(all, id, name, |session| session.name.clone());
    let name = move || name.get().map(|name| name.to_string());
    let first_name = untrack(name);
    let title = {
        let device = device.clone();
        Signal::derive(move || name().unwrap_or_else(|| device.clone()))
    };
    // Follows the name of a session that has one.
    let after_name = {
        let device = format!("{device} · ");
        move || name().map(|_| device.clone())
    };
    let language = use_context::<Language>().unwrap_or_default();
    // A name may be in another language. The device is in that of the page.
    let direction = move || match name() {
        Some(_) => "auto",
        None => language.direction(),
    };
    let [last_used, since] = account.seen;
    view! {
        <li>
            <div>
                <div class="cs-row">
                    <strong id=format!("name-{id}")>
                        <bdi dir=direction>
                            <LiveText text=move || Some(title.get()) />
                        </bdi>
                    </strong>
                    {is_current
                        .then(|| view! { <span class="cs-badge">{account.this_device}</span> })}
                </div>
                <p class="cs-quiet">
                    <LiveText text=after_name /> {last_used} <TimeAgo at=last_seen_at />
                    {since} <TimeAgo at=session.created_at />
                    // In the name of the button. It tells sessions of the same device apart.
                    <span id=format!("since-{id}") hidden>
                        <LocalTime at=session.created_at />
                    </span>
                </p>
            </div>
            {(!is_current)
                .then(|| view! { <End id title sessions ending last_focused /> })}
            <Rename id name=first_name />
        </li>
    }
}

/// The latest value of a part of a session.
fn latest<T: Clone + PartialEq + Send + Sync + 'static>(
    all: Memo<Vec<SessionSummary>>,
    id: SessionId,
    first: T,
    part: impl Fn(&SessionSummary) -> T + Send + Sync + 'static,
) -> Memo<T> {
    Memo::new(move |before| {
        let found = all.with(|all| all.iter().find(|row| row.session.id == id).map(&part));
        found.or(before.cloned()).unwrap_or_else(|| first.clone())
    })
}

#[component]
fn Rename(id: SessionId, name: Option<String>) -> impl IntoView {
    let account = account_texts();
    let field = format!("rename-{id}");
    view! {
        <details class="cs-rename">
            <summary aria-describedby=format!("name-{id}")>{account.rename}</summary>
            <form class="cs-inline" method="post" action=paths::SESSIONS>
                <input type="hidden" name="action" value="name" />
                <input type="hidden" name="id" value=id.to_string() />
                <label class="cs-visually-hidden" for=field.clone()>
                    {account.name}
                </label>
                <input
                    id=field
                    name="name"
                    type="text"
                    autocomplete="off"
                    maxlength="64"
                    value=name
                />
                <button type="submit">{account.save}</button>
            </form>
        </details>
    }
}

/// Ends a session. Also works without the wasm.
#[component]
fn End(
    id: SessionId,
    /// What the session is called.
    title: Signal<String>,
    sessions: Summaries,
    ending: Ending,
    last_focused: StoredValue<Option<SessionId>>,
) -> impl IntoView {
    let account = account_texts();
    let revoke = Action::new(move |()| api::revoke_session(id));
    Effect::new(move |_| {
        if let Some(result) = revoke.value().get() {
            // Before the row is removed, and the name with it.
            let signed_out = (account.signed_out_device)(&title.get_untracked());
            if result.is_ok() {
                sessions.update(|sessions| sessions.retain(|session| session.session.id != id));
            }
            ending.on_result.run(result.map(|()| signed_out));
        }
    });
    let submit = move |event: SubmitEvent| {
        if take_over(&event) && !revoke.pending().get_untracked() {
            ending.on_start.run(());
            revoke.dispatch(());
        }
    };
    let button = format!("end-{id}");
    let label = format!("{button} name-{id} since-{id}");
    view! {
        <form method="post" action=paths::SESSIONS on:submit=submit>
            <input type="hidden" name="action" value="end" />
            <input type="hidden" name="id" value=id.to_string() />
            <button
                class="cs-danger"
                type="submit"
                id=button
                aria-labelledby=label
                on:focus=move |_| last_focused.set_value(Some(id))
            >
                {texts().common.sign_out}
            </button>
        </form>
    }
}
