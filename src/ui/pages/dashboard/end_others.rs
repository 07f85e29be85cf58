use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};

use crate::{
    api,
    domain::Password,
    ui::{
        components::{Alert, PasswordField},
        texts::texts,
    },
};

/// Signs out everywhere else, once the password was given again. `ended` is told how many sessions there were.
#[component]
pub fn EndOthers(#[prop(into)] ended: Callback<usize>) -> impl IntoView {
    let texts = texts();
    let password = NodeRef::<Input>::new();
    let shown = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let missing = RwSignal::new(None);
    let error = RwSignal::new(None);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = password.get_untracked() else { return };
        if pending.get_untracked() {
            return;
        }
        let typed = Password::new(field.value());
        error.set(None);
        missing.set(typed.is_empty().then_some(texts.login.enter_password));
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
                    error.set(Some(texts.error(&failure).into_owned()));
                    let _ = field.focus();
                }
            }
        });
    };
    view! {
        <details class="quiet-details">
            <summary>{texts.dashboard.sign_out_everywhere_else}</summary>
            <form method="post" novalidate on:submit=submit aria-busy=move || pending.get().to_string()>
                <Alert text=error />
                <PasswordField id="password" label=texts.dashboard.password_once_more node=password shown=shown error=missing />
                <button class="primary" type="submit" aria-disabled=move || pending.get().to_string()>
                    {texts.dashboard.sign_out_everywhere_else}
                </button>
            </form>
        </details>
    }
}
