use leptos::{html::H2, prelude::*, task::spawn_local};

use super::{Sessions, end_others::EndOthers};
use crate::{
    api,
    browser::local_time,
    domain::{OwnSession, SessionId},
    ui::components::{Alert, Loaded},
};

/// Where else the user is signed in, each with a way to end it. `changed` is called when one was.
#[component]
pub fn OtherSessions(sessions: Sessions, #[prop(into)] changed: Callback<()>) -> impl IntoView {
    let error = RwSignal::new(None);
    let said = RwSignal::new(None);
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
                Ok(()) => said.set(Some(format!("Signed out on {device}."))),
                Err(failure) => error.set(Some(failure.message().into_owned())),
            }
            refresh();
        });
    };
    let end_others = move |number: usize| {
        said.set(Some(if number == 1 { "Signed out once.".to_owned() } else { format!("Signed out {number} times.") }));
        refresh();
    };
    let others = Memo::new(move |_| {
        sessions.get().unwrap_or_default().into_iter().filter(|own| !own.is_current).collect::<Vec<_>>()
    });
    let is_alone = Memo::new(move |_| others.with(Vec::is_empty));
    let rows = move || {
        let rows = others.get().into_iter().map(|own| {
            let (id, device) = (own.session.id, own.device.clone());
            view! { <Other own on_end=move || end(id, device.clone()) /> }
        });
        rows.collect_view()
    };
    // Why they are not known, "This session" says already.
    let is_known = move || sessions.trouble().is_none();
    view! {
        <Show when=is_known>
            <section class="panel" aria-labelledby="others-title">
                <h2 id="others-title" tabindex="-1" node_ref=heading>"Other sessions"</h2>
                <Alert text=error />
                <p class="notice" role="status">
                    {move || said.get()}
                </p>
                <Loaded latest=sessions lines=2>
                    <Show
                        when=move || !is_alone.get()
                        fallback=|| view! { <p class="blank quiet">"You are signed in nowhere else."</p> }
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
    view! {
        <li>
            <div>
                <strong>{own.device.clone()}</strong>
                <p class="quiet">
                    "Last seen " {local_time(own.last_seen_at)} ", signed in since " {local_time(own.session.created_at)}
                </p>
            </div>
            <button type="button" aria-label=format!("Sign out {}", own.device) on:click=move |_| on_end.run(())>
                "Sign out"
            </button>
        </li>
    }
}
