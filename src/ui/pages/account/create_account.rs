use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    form::{
        NewPasswordField, NotGood, PlainForm, ServerLink, form_state, new_password_error, typed,
    },
    mailed_link::MailedLink,
};
use crate::{
    api,
    domain::{AuthError, InputError, Registration, paths},
    ui::{
        components::{Card, LiveText, PageHeading, TextField},
        pages::NotFound,
        texts::{account_texts, sign_up_texts, texts},
        use_auth,
    },
};

/// `/create-account?token=…`: the page of a mailed link, where the name and the password of a new account
/// are chosen.
#[component]
pub fn CreateAccount() -> impl IntoView {
    let registration = use_auth().registration();
    if registration == Registration::Closed {
        return view! { <NotFound /> }.into_any();
    }
    let (account, sign_up) = (account_texts(), sign_up_texts());
    let content = if let Some(link) = MailedLink::of_page() {
        view! { <Form link /> }.into_any()
    } else {
        let (href, text) = match registration {
            Registration::Open => (paths::SIGN_UP, account.new_link),
            _ => (paths::LOGIN, account.back_to_login),
        };
        view! { <NotGood href text reason=sign_up.link_not_good /> }.into_any()
    };
    view! {
        <Title text=sign_up.create_title />
        <Card head=view! { <PageHeading>{sign_up.create_title}</PageHeading> }.into_any()>
            {content}
        </Card>
    }
    .into_any()
}

#[component]
fn Form(link: MailedLink) -> impl IntoView {
    let (account, sign_up) = (account_texts(), sign_up_texts());
    let error_of = new_password_error();
    let name_error = move |error: &AuthError| match error {
        AuthError::InvalidInput(InputError::UsernameTaken) => Some(sign_up.name_taken),
        AuthError::InvalidInput(InputError::UsernameEmpty) => Some(sign_up.enter_username),
        _ => None,
    };
    let field_error = move |error: &AuthError| match name_error(error) {
        Some(text) => Some(("username", text.into())),
        None => error_of(error),
    };
    let form = form_state(field_error);
    let MailedLink { email, query, .. } = link;
    let token = use_query_map().with_untracked(|query| query.get("token"));
    let is_free = RwSignal::new(false);
    // Before the form is sent, which takes the password from it.
    let check = move |_| {
        let (Some(fields), Some(token)) = (form.fields(), token.clone()) else {
            return;
        };
        let name = fields.value("username");
        is_free.set(false);
        spawn_local(async move {
            match api::check_username(token, name.clone()).await {
                _ if fields.value("username") != name => {}
                Ok(()) => {
                    form.clear("username");
                    is_free.set(true);
                }
                Err(error) => {
                    if let Some((name, text)) = field_error(&error) {
                        form.mark(name, text);
                    }
                }
            }
        });
    };
    let [before, after] = sign_up.will_have;
    view! {
        {(!email.is_empty())
            .then(|| {
                view! {
                    <p class="cs-quiet">
                        {before} <bdi>{email}</bdi> {after}
                    </p>
                }
            })}
        <PlainForm
            form
            action=format!("{}?{query}", paths::CREATE_ACCOUNT)
            submit=sign_up.create
        >
            <div on:change=check>
                <TextField
                    form
                    id="username"
                    label=sign_up.username
                    autocomplete="username"
                    value=typed().unwrap_or_default()
                    described_by="username-hint"
                    hint=sign_up.username_hint
                />
                <p class="cs-hint" role="status">
                    <LiveText text=move || is_free.get().then(|| sign_up.name_is_free.to_owned()) />
                </p>
            </div>
            <NewPasswordField form label=texts().login.password />
        </PlainForm>
        <ServerLink href=paths::LOGIN text=account.back_to_login />
    }
}
