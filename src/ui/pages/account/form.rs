use std::borrow::Cow;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    domain::{AuthError, InputError},
    page_request,
    ui::{
        Texts,
        components::{Alert, LiveText, PasswordField},
        followed::is_followed,
        form::{FieldError, FormState},
        texts::{AccountTexts, account_texts, texts},
        use_auth,
    },
};

/// The state of a form, with the error of the last submission, if the page is the response to one.
/// `wrong` is the field that an error is about, if any. It gets the focus.
pub fn form_state(wrong: impl FnOnce(&AuthError) -> Option<FieldError>) -> FormState {
    let form = FormState::new(NodeRef::new(), Signal::stored(false));
    if let Some(error) = refused() {
        let wrong = wrong(&error);
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

/// Why the plain form was refused that the page is the response to.
pub fn refused() -> Option<AuthError> {
    // A page that is not from the server is no response.
    use_auth().refused().filter(|_| !is_followed())
}

/// What was typed into the text field of the form, if it was refused.
pub fn typed() -> Option<String> {
    use_auth().typed().filter(|_| !is_followed())
}

/// The state of a form with a [`NewPasswordField`].
pub fn new_password_form_state() -> FormState {
    form_state(new_password_error())
}

/// How many characters a new password has at least.
fn min_password_length() -> u16 {
    SharedValue::new_str(page_request::min_password_length).into_inner()
}

/// The field that an error is about, and the text beside it. The rules for passwords are those for
/// the new one.
pub fn new_password_error() -> impl Fn(&AuthError) -> Option<FieldError> + Copy {
    let (texts, account, min_length) = (texts(), account_texts(), min_password_length());
    move |error| text_of_new_password(error, texts, account, min_length)
}

fn text_of_new_password(
    error: &AuthError,
    texts: &Texts,
    account: &AccountTexts,
    min_length: u16,
) -> Option<FieldError> {
    let new_password = match error {
        AuthError::WrongPassword => {
            return Some(("password", texts.errors.wrong_password.into()));
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

/// The text for an error, beside a field or above all of them.
pub fn text_of(
    error: &AuthError,
    texts: &Texts,
    account: &'static AccountTexts,
) -> Cow<'static, str> {
    match error {
        AuthError::InvalidInput(InputError::NameTooLong) => account.name_too_long.into(),
        AuthError::InvalidInput(InputError::NameCharacters) => account.name_characters.into(),
        AuthError::InvalidInput(InputError::Email) => account.enter_email.into(),
        AuthError::InvalidInput(InputError::EmailUnchanged) => account.email_unchanged.into(),
        AuthError::InvalidInput(InputError::EmailTaken) => account.email_taken.into(),
        AuthError::InvalidInput(InputError::EmailChanged) => account.email_changed_lately.into(),
        error => texts.error(error),
    }
}

/// A form that the browser sends, with its error and its button.
#[component]
pub fn PlainForm(
    form: FormState,
    action: String,
    submit: &'static str,
    /// Whether it ends something for good.
    #[prop(optional)]
    is_final: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let (texts, account) = (texts(), account_texts());
    let alert = form.error.get_untracked();
    let alert = alert.map(|error| text_of(&error, texts, account));
    view! {
        <form method="post" action=action novalidate node_ref=form.node>
            <Alert text=Signal::stored(alert) />
            {children.map(|children| children())}
            <button class="cs-primary" class:cs-danger=is_final type="submit">
                {submit}
            </button>
        </form>
    }
}

#[component]
pub fn NewPasswordField(
    form: FormState,
    #[prop(optional)] label: Option<&'static str>,
) -> impl IntoView {
    let account = account_texts();
    view! {
        <PasswordField
            form
            id="new_password"
            label=label.unwrap_or(account.new_password)
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

/// In place of the form on the page of a mailed link that is not good.
#[component]
pub fn NotGood(
    /// The page where to go on.
    href: &'static str,
    text: &'static str,
    /// Why, if it is not that of an account.
    #[prop(optional)]
    reason: Option<&'static str>,
) -> impl IntoView {
    view! {
        <p>{reason.unwrap_or(account_texts().link_not_good)}</p>
        <ServerLink href text />
    }
}

/// Says that a mail is on its way, whether or not there is an account.
#[component]
pub fn Sent(
    text: &'static str,
    /// The page where to ask for another one.
    again: &'static str,
) -> impl IntoView {
    let [before, link, after] = account_texts().not_arrived;
    view! {
        <p>{text}</p>
        <p>
            {before} <ServerLink href=again text=link /> {after}
        </p>
    }
}

/// What the plain form has done that has led to the page, by the query parameters of the redirects
/// to it.
pub fn done<const N: usize>(
    texts: [(&'static str, &'static str); N],
) -> Signal<Option<&'static str>> {
    let query = use_query_map();
    Signal::derive(move || {
        let has = |name: &str| query.with(|query| query.get_str(name).is_some());
        let (_, text) = texts.into_iter().find(|(name, _)| has(name))?;
        Some(text)
    })
}

/// Says what a plain form has done, until a link leads to the page again.
#[component]
pub fn Done(text: Signal<Option<&'static str>>) -> impl IntoView {
    view! {
        <p class="cs-notice" role="status">
            <LiveText text=move || text.get().map(str::to_owned) />
        </p>
    }
}

/// Whether the address of the page has this query parameter.
pub fn has_parameter(name: &str) -> bool {
    use_query_map().with_untracked(|query| query.get_str(name).is_some())
}
