use leptos::{html::H2, prelude::*, task::spawn_local};

use super::{Sessions, end_others::EndOthers};
use crate::{
    api,
    browser::local_time,
    domain::{OwnSession, SessionId},
    ui::{
        components::{Alert, Loaded},
        live::{Words, click, live_text},
        texts::{dashboard_texts, texts},
    },
};

/// Where else the user is signed in, each with a way to end it. `changed` is called when one was.
#[component]
pub fn OtherSessions(sessions: Sessions, #[prop(into)] changed: Callback<()>) -> impl IntoView {
    let (texts, dashboard) = (texts(), dashboard_texts());
    let error = RwSignal::<Words>::new(None);
    let said = RwSignal::<Words>::new(None);
    let heading = NodeRef::<H2>::new();
    let refresh = move || {
        // What had the focus is about to go.
        let _ = heading.get_untracked().map(|heading| heading.focus());
        sessions.refresh();
        changed.run(());
    };
    let end = move |id: SessionId, device: String| {
        error.set(None);
        spawn_local(async move {
            match api::end_session(id).await {
                Ok(()) => said.set(Some((dashboard.signed_out_on)(&device).into())),
                Err(failure) => error.set(Some(texts.error(&failure))),
            }
            refresh();
        });
    };
    let end_others = move |number: usize| {
        said.set(Some((dashboard.signed_out_times)(number).into()));
        refresh();
    };
    let others = Memo::new(move |_| {
        sessions
            .get()
            .unwrap_or_default()
            .into_iter()
            .filter(|own| !own.is_current)
            .collect::<Vec<_>>()
    });
    let is_alone = Memo::new(move |_| others.with(Vec::is_empty));
    let rows = move || {
        let rows = others.get().into_iter().map(|own| {
            let (id, device) = (own.session.id, texts.name_of(&own.device));
            view! { <Other own on_end=move || end(id, device.clone()) /> }
        });
        rows.collect_view()
    };
    // Why they are not known, "This session" says already.
    let is_known = move || sessions.trouble().is_none();
    view! {
        <Show when=is_known>
            <section class="panel" aria-labelledby="others-title">
                <h2 id="others-title" tabindex="-1" node_ref=heading>{dashboard.other_sessions}</h2>
                <Alert text=error />
                <p class="notice" role="status">
                    {live_text(move || said.get())}
                </p>
                <Loaded latest=sessions lines=2>
                    <Show
                        when=move || !is_alone.get()
                        fallback=move || view! { <p class="blank quiet">{dashboard.nowhere_else}</p> }
                    >
                        <ul class="rows long">{rows}</ul>
                        <EndOthers ended=end_others />
                    </Show>
                </Loaded>
            </section>
        </Show>
    }
}

#[component]
fn Other(own: OwnSession, #[prop(into)] on_end: Callback<()>) -> impl IntoView {
    let (texts, dashboard) = (texts(), dashboard_texts());
    let device = texts.name_of(&own.device);
    let label = (dashboard.sign_out_device)(&device);
    let seen = (dashboard.seen)(
        &local_time(own.last_seen_at),
        &local_time(own.session.created_at),
    );
    view! {
        <li>
            <div>
                <strong>{device}</strong>
                <p class="quiet">{seen}</p>
            </div>
            <button type="button" aria-label=label on:click=click(move |_| on_end.run(()))>
                {texts.common.sign_out}
            </button>
        </li>
    }
}
