use leptos::{ev::SubmitEvent, prelude::*};

use super::{super::account::OwnerOfPassword, Ending, Summaries};
use crate::{
    api,
    browser::FormFields,
    domain::{AuthError, Password, paths},
    ui::{
        components::{Alert, PasswordField},
        form::FormState,
        texts::{account_texts, texts},
        use_auth,
    },
};

/// Ends all other sessions. Also works without the wasm. The server asks for the password unless it
/// was given lately, and so the field for it appears when it is needed.
#[component]
pub fn EndOthers(
    sessions: Summaries,
    ending: Ending,
    /// Why the plain form was refused that the page is the response to.
    refused: Option<AuthError>,
) -> impl IntoView {
    let has_others = Memo::new(move |_| {
        let sessions = sessions.value.get().unwrap_or_default();
        sessions.iter().any(|session| !session.is_current)
    });
    let none = || view! { <p class="cs-quiet">{account_texts().no_other_sessions}</p> };
    view! {
        <Show when=move || has_others.get() fallback=none>
            <Form sessions ending refused=refused.clone() />
        </Show>
    }
}

#[component]
fn Form(sessions: Summaries, ending: Ending, refused: Option<AuthError>) -> impl IntoView {
    let (texts, account) = (texts(), account_texts());
    let revoke =
        Action::new(|password: &Option<Password>| api::revoke_other_sessions(password.clone()));
    let form = FormState::new(NodeRef::new(), revoke.pending());
    let asks_password = RwSignal::new(refused.is_some());
    let show = move |error| {
        let wrong = match &error {
            // The text of the field says it.
            AuthError::PasswordRequired => return form.error.set(None),
            AuthError::WrongPassword => Some(("password", texts.error(&error))),
            error => texts.field_error(error),
        };
        form.show(error, wrong);
    };
    if let Some(error) = refused {
        show(error);
        Effect::new(move |_| {
            if let Some(fields) = form.fields() {
                fields.focus_unless_busy("password");
            }
        });
    }
    Effect::new(move |_| match revoke.value().get() {
        Some(Ok(number)) => {
            sessions.update(|sessions| sessions.retain(|session| session.is_current));
            let ended = (account.signed_out_sessions)(number);
            ending.on_result.run(Ok(ended));
        }
        Some(Err(error)) => {
            if error == AuthError::PasswordRequired {
                asks_password.set(true);
            }
            let is_wrong = error == AuthError::WrongPassword;
            show(error);
            // When the field is there.
            request_animation_frame(move || {
                let fields = form.node.try_get_untracked().flatten();
                if let Some(fields) = fields.map(FormFields::new) {
                    if is_wrong {
                        fields.clear("password");
                    }
                    fields.focus("password");
                }
            });
        }
        None => {}
    });
    let submit = move |event: SubmitEvent| {
        let Some(fields) = form.on_submit(&event) else {
            return;
        };
        let password = asks_password
            .get_untracked()
            .then(|| Password::new(fields.value("password")));
        let is_missing = password.as_ref().is_some_and(Password::is_empty);
        let missing = ("password", texts.login.enter_password.into());
        if form.validate(&fields, [is_missing.then_some(missing)]) {
            ending.on_start.run(());
            revoke.dispatch(password);
        }
    };
    view! {
        <form
            method="post"
            action=paths::SESSIONS
            novalidate
            node_ref=form.node
            on:submit=submit
            aria-busy=move || form.pending.get().to_string()
        >
            <input type="hidden" name="action" value="end-others" />
            <Alert text=move || form.error.get().map(|error| texts.error(&error)) />
            <Show when=move || asks_password.get()>
                <PasswordToConfirm form />
            </Show>
            <button
                class="cs-danger"
                type="submit"
                aria-disabled=move || form.pending.get().to_string()
            >
                {account.sign_out_others}
            </button>
        </form>
    }
}

#[component]
fn PasswordToConfirm(form: FormState) -> impl IntoView {
    let account = account_texts();
    let owner = untrack(|| use_auth().user()).map(|user| user.username.to_string());
    view! {
        <OwnerOfPassword username=owner.unwrap_or_default() />
        <PasswordField
            form
            id="password"
            label=account.confirm_password
            is_shown=RwSignal::new(false)
            hint=account.give_password.to_owned()
        />
    }
}
