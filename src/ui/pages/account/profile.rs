use leptos::prelude::*;

use super::form::{Done, PlainForm, done, form_state, text_of, typed};
use crate::{
    api,
    domain::{AuthError, InputError, OwnAccount, paths},
    ui::{
        components::{AsyncPanel, FieldError, PAGE_TITLE, Settings},
        form::FormState,
        polled::Polled,
        texts::{account_texts, texts},
        use_auth,
    },
};

/// `/account`: the display name and the e-mail address of a signed-in user.
#[component]
pub fn Profile() -> impl IntoView {
    let (texts, account) = (texts(), account_texts());
    let done = done([
        ("saved", account.saved),
        ("confirmed", texts.notices.email_confirmed),
    ]);
    let form = form_state(|error| match error {
        AuthError::InvalidInput(InputError::NameTooLong | InputError::NameCharacters) => {
            Some(("name", text_of(error, texts, account)))
        }
        _ => None,
    });
    let own = Polled::new(api::own_account);
    let parts = move || {
        let own = untrack(|| own.value.get());
        own.map(
            |OwnAccount {
                 display_name,
                 email,
                 has_mail,
             }| {
                let name = display_name.map(|name| name.to_string());
                let email = email.map(|email| email.to_string());
                view! {
                    <Form form name=typed().or(name).unwrap_or_default() />
                    <Email email has_mail />
                    <Deletion />
                }
            },
        )
    };
    view! {
        <Settings title=account.profile path=paths::ACCOUNT>
            <Done text=done />
            <div class="cs-panel">
                <AsyncPanel polled=own lines=6 heading=PAGE_TITLE>
                    {parts()}
                </AsyncPanel>
            </div>
        </Settings>
    }
}

#[component]
fn Form(form: FormState, name: String) -> impl IntoView {
    let account = account_texts();
    let username = untrack(|| use_auth().user()).map(|user| user.username.to_string());
    let [before, after] = account.display_name_hint;
    view! {
        <PlainForm form action=paths::ACCOUNT.to_owned() submit=account.save>
            <div class="cs-field">
                <label for="name">{account.display_name}</label>
                <p class="cs-hint" id="name-hint">
                    {before} <bdi>{username}</bdi> {after}
                </p>
                <input
                    id="name"
                    name="name"
                    type="text"
                    autocomplete="name"
                    value=name
                    spellcheck="false"
                    maxlength="64"
                    aria-invalid=move || form.field_error("name").is_some().to_string()
                    aria-describedby="name-hint name-error"
                />
                <FieldError form id="name" />
            </div>
        </PlainForm>
    }
}

#[component]
fn Email(email: Option<String>, has_mail: bool) -> impl IntoView {
    let account = account_texts();
    let link = if email.is_some() {
        account.change_email
    } else {
        account.add_email
    };
    let email = match email {
        Some(email) => view! { <bdi>{email}</bdi> }.into_any(),
        None => view! { <span class="cs-quiet">{account.no_email}</span> }.into_any(),
    };
    view! {
        <section class="cs-setting" aria-labelledby="email-title">
            <h2 id="email-title">{account.email}</h2>
            <p>{email}</p>
            // Without mail, only an operator changes it.
            {has_mail
                .then(|| {
                    view! {
                        <a class="cs-button" href=paths::CHANGE_EMAIL aria-describedby="email-title">
                            {link}
                        </a>
                    }
                })}
        </section>
    }
}

#[component]
fn Deletion() -> impl IntoView {
    let account = account_texts();
    view! {
        <section class="cs-setting" aria-labelledby="delete-title">
            <h2 id="delete-title">{account.delete_title}</h2>
            <a class="cs-button cs-danger" href=paths::DELETE_ACCOUNT>
                {account.to_deletion}
            </a>
        </section>
    }
}
