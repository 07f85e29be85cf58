use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};

use crate::{
    api,
    domain::Password,
    ui::{
        components::{Alert, PasswordField},
        live::{Words, live_flag},
        texts::{dashboard_texts, texts},
    },
};

/// Signs out everywhere else, once the password was given again. `ended` is told how many sessions there were.
#[component]
pub fn EndOthers(#[prop(into)] ended: Callback<usize>) -> impl IntoView {
    let (texts, dashboard) = (texts(), dashboard_texts());
    let password = NodeRef::<Input>::new();
    let shown = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let missing = RwSignal::<Words>::new(None);
    let error = RwSignal::<Words>::new(None);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = password.get_untracked() else {
            return;
        };
        if pending.get_untracked() {
            return;
        }
        let typed = Password::new(field.value());
        error.set(None);
        missing.set(
            typed
                .is_empty()
                .then_some(texts.login.enter_password.into()),
        );
        if typed.is_empty() {
            let _ = field.focus();
            return;
        }
        pending.set(true);
        spawn_local(async move {
            let outcome = api::end_other_sessions(typed).await;
            pending.set(false);
            match outcome {
                Ok(number) => ended.run(number),
                Err(failure) => {
                    error.set(Some(texts.error(&failure)));
                    let _ = field.focus();
                }
            }
        });
    };
    view! {
        <details class="quiet-details">
            <summary>{dashboard.sign_out_everywhere_else}</summary>
            <form method="post" novalidate on:submit=submit aria-busy=live_flag(move || pending.get())>
                <Alert text=error />
                <PasswordField id="password" label=dashboard.password_once_more node=password shown=shown error=missing />
                <button class="primary" type="submit" aria-disabled=live_flag(move || pending.get())>
                    {dashboard.sign_out_everywhere_else}
                </button>
            </form>
        </details>
    }
}
