use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    api,
    domain::{AuthError, Password},
    ui::{
        components::{Alert, PasswordField},
        form::FormState,
        texts::{dashboard_texts, texts},
        use_auth,
    },
};

/// Ends all other sessions, after the user has confirmed their password. `on_done` is given how
/// many there were.
#[component]
pub fn SignOutOthers(#[prop(into)] on_done: Callback<usize>) -> impl IntoView {
    let (texts, dashboard) = (texts(), dashboard_texts());
    let revoke = Action::new(|password: &Password| api::revoke_other_sessions(password.clone()));
    let form = FormState::new(NodeRef::new(), revoke.pending());
    Effect::new(move |_| match revoke.value().get() {
        Some(Ok(number)) => on_done.run(number),
        Some(Err(error)) => {
            let is_wrong = error == AuthError::WrongPassword;
            form.fail(error, texts);
            if let Some(fields) = form.fields() {
                if is_wrong {
                    fields.clear("password");
                }
                fields.focus("password");
            }
        }
        None => {}
    });
    let auth = use_auth();
    let name = move || auth.user().map(|user| user.username.to_string());
    let submit = move |event: SubmitEvent| {
        let Some(fields) = form.on_submit(&event) else {
            return;
        };
        let password = Password::new(fields.value("password"));
        let missing = ("password", texts.login.enter_password.into());
        if form.validate(&fields, [password.is_empty().then_some(missing)]) {
            revoke.dispatch(password);
        }
    };
    view! {
        <details class="cs-quiet-details cs-needs-script">
            <summary>{dashboard.sign_out_others}</summary>
            <form
                method="post"
                novalidate
                node_ref=form.node
                on:submit=submit
                aria-busy=move || form.pending.get().to_string()
            >
                // Tells password managers whose password it is.
                <input name="username" autocomplete="username" value=name readonly hidden />
                <Alert text=move || form.error.get().map(|error| texts.error(&error)) />
                <PasswordField
                    form
                    id="password"
                    label=dashboard.confirm_password
                    is_shown=RwSignal::new(false)
                />
                <button
                    class="cs-primary"
                    type="submit"
                    aria-disabled=move || form.pending.get().to_string()
                >
                    {dashboard.sign_out_others}
                </button>
            </form>
        </details>
    }
}
