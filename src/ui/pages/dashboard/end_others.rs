use leptos::{ev::SubmitEvent, html::Input, prelude::*, task::spawn_local};

use crate::{
    api,
    domain::Password,
    ui::components::{Alert, PasswordField},
};

/// Signs out everywhere else, once the password was given again. `ended` is told how many sessions there were.
#[component]
pub fn EndOthers(#[prop(into)] ended: Callback<usize>) -> impl IntoView {
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
        missing.set(typed.is_empty().then_some("Enter your password."));
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
                    error.set(Some(failure.message().into_owned()));
                    let _ = field.focus();
                }
            }
        });
    };
    view! {
        <details class="quiet-details">
            <summary>"Sign out everywhere else"</summary>
            <form method="post" novalidate on:submit=submit aria-busy=move || pending.get().to_string()>
                <Alert text=error />
                <PasswordField id="password" label="Your password, once more" node=password shown=shown error=missing />
                <button class="primary" type="submit" aria-disabled=move || pending.get().to_string()>
                    "Sign out everywhere else"
                </button>
            </form>
        </details>
    }
}
