use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::{AuthError, InputError},
    page_request,
    ui::{
        components::{Alert, PasswordField},
        followed::is_followed,
        form::{FieldError, FormState},
        texts::{account_texts, texts},
        use_auth,
    },
};

/// The state of a form, with the error of the last submission, if the page is the response to one.
/// The wrong field gets the focus.
pub fn form_state() -> FormState {
    let min_length = min_password_length();
    let form = FormState::new(NodeRef::new(), Signal::stored(false));
    // A page that is not from the server is no response.
    if let Some(error) = use_auth().refused().filter(|_| !is_followed()) {
        let wrong = field_error(&error, min_length);
        let name = wrong.as_ref().map(|(name, _)| *name);
        form.show(error, wrong);
        Effect::new(move |_| {
            if let (Some(fields), Some(name)) = (form.fields(), name) {
                fields.focus_unless_busy(name);
            }
        });
    }
    form
}

/// How many characters a new password has at least.
fn min_password_length() -> u16 {
    SharedValue::new_str(page_request::min_password_length).into_inner()
}

/// The field that an error is about, and the text beside it. The rules for passwords are those for
/// the new one.
fn field_error(error: &AuthError, min_length: u16) -> Option<FieldError> {
    let (texts, account) = (texts(), account_texts());
    let new_password = match error {
        AuthError::WrongPassword => {
            return Some(("password", texts.errors.wrong_password.into()));
        }
        AuthError::InvalidInput(InputError::UsernameEmpty) => {
            return Some(("username", account.enter_name_or_email.into()));
        }
        AuthError::InvalidInput(InputError::PasswordEmpty) => account.enter_new_password,
        AuthError::InvalidInput(InputError::PasswordTooShort) => {
            return Some(("new_password", (account.too_short)(min_length).into()));
        }
        AuthError::InvalidInput(InputError::PasswordCommon) => account.common,
        AuthError::InvalidInput(InputError::PasswordOwnName) => account.own_name,
        AuthError::InvalidInput(InputError::PasswordCharacters) => texts.errors.password_characters,
        AuthError::InvalidInput(InputError::PasswordTooLong) | AuthError::PayloadTooLarge => {
            texts.errors.password_too_long
        }
        error => return texts.field_error(error),
    };
    Some(("new_password", new_password.into()))
}

/// A form that the browser sends, with its error and its button.
#[component]
pub fn PlainForm(
    form: FormState,
    action: String,
    submit: &'static str,
    children: Children,
) -> impl IntoView {
    let texts = texts();
    view! {
        <form method="post" action=action novalidate node_ref=form.node>
            <Alert text=move || form.error.get().map(|error| texts.error(&error)) />
            {children()}
            <button class="cs-primary" type="submit">
                {submit}
            </button>
        </form>
    }
}

#[component]
pub fn NewPasswordField(form: FormState) -> impl IntoView {
    let account = account_texts();
    view! {
        <PasswordField
            form
            id="new_password"
            label=account.new_password
            is_shown=RwSignal::new(false)
            autocomplete="new-password"
            hint=(account.new_password_hint)(min_password_length())
        />
    }
}

/// Tells password managers whose password it is.
#[component]
pub fn OwnerOfPassword(username: String) -> impl IntoView {
    view! { <input name="username" autocomplete="username" value=username readonly hidden /> }
}

/// A link to another page of ours, loaded from the server: what it says depends on what only the
/// server knows.
#[component]
pub fn ServerLink(href: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <a href=href rel="external">
            {text}
        </a>
    }
}

/// Whether the address of the page has this query parameter.
pub fn has_parameter(name: &str) -> bool {
    use_query_map().with_untracked(|query| query.get_str(name).is_some())
}
