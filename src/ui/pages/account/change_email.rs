use leptos::prelude::*;

use super::form::{OwnerOfPassword, PlainForm, form_state, has_parameter, text_of, typed};
use crate::{
    api,
    domain::{AuthError, InputError, paths},
    ui::{
        components::{AsyncPanel, FieldError, PAGE_TITLE, PasswordField, Settings},
        form::FormState,
        polled::Polled,
        texts::{account_texts, texts},
        use_auth,
    },
};

/// `/account/email`: asks for a mail to a new address, which its link confirms. With `?sent` it says
/// what to do next.
#[component]
pub fn ChangeEmail() -> impl IntoView {
    let account = account_texts();
    let is_sent = has_parameter("sent");
    let (title, content) = if is_sent {
        let sent = view! { <p role="status">{account.email_sent}</p> };
        (account.sent_title, sent.into_any())
    } else {
        (account.email_title, view! { <Ask /> }.into_any())
    };
    view! {
        <Settings title path=paths::CHANGE_EMAIL>
            <div class="cs-panel">{content}</div>
        </Settings>
    }
}

#[component]
fn Ask() -> impl IntoView {
    let (texts, account) = (texts(), account_texts());
    let form = form_state(|error| match error {
        AuthError::InvalidInput(InputError::Email | InputError::EmailUnchanged) => {
            Some(("email", text_of(error, texts, account)))
        }
        AuthError::WrongPassword => Some(("password", texts.error(error))),
        error => texts.field_error(error),
    });
    let own = Polled::new(api::own_account);
    let content = move || {
        let own = untrack(|| own.value.get());
        if own.is_some_and(|own| own.has_mail) {
            view! { <Form form /> }.into_any()
        } else {
            view! { <p>{account.email_without_mail}</p> }.into_any()
        }
    };
    view! {
        <AsyncPanel polled=own lines=6 heading=PAGE_TITLE>
            {content()}
        </AsyncPanel>
    }
}

#[component]
fn Form(form: FormState) -> impl IntoView {
    let (texts, account) = (texts(), account_texts());
    let owner = untrack(|| use_auth().user()).map(|user| user.username.to_string());
    view! {
        <p class="cs-quiet">{account.email_intro}</p>
        <PlainForm form action=paths::CHANGE_EMAIL.to_owned() submit=account.send_link>
            <div class="cs-field">
                <label for="email">{account.new_email}</label>
                <input
                    id="email"
                    name="email"
                    type="email"
                    dir="ltr"
                    required
                    autocomplete="email"
                    value=typed()
                    maxlength="254"
                    aria-invalid=move || form.field_error("email").is_some().to_string()
                    aria-describedby="email-error"
                />
                <FieldError form id="email" />
            </div>
            <OwnerOfPassword username=owner.unwrap_or_default() />
            <PasswordField
                form
                id="password"
                label=texts.login.password
                is_shown=RwSignal::new(false)
            />
        </PlainForm>
    }
}
