use leptos::prelude::*;
use leptos_meta::Title;

use super::form::{PlainForm, Sent, ServerLink, form_state, has_parameter, typed};
use crate::{
    domain::{AuthError, paths},
    page_request,
    ui::{
        components::{Card, PageHeading, TextField},
        followed::{is_followed, load_from_server},
        texts::{account_texts, texts},
    },
};

/// `/forgot-password`: asks for a mail with a link. With `?sent` it says what to do next, and the
/// same for a name that no account has.
#[component]
pub fn ForgotPassword() -> impl IntoView {
    if is_followed() {
        load_from_server();
    }
    let account = account_texts();
    let has_mail = SharedValue::new_str(page_request::has_mail).into_inner();
    let is_sent = has_parameter("sent");
    let title = if is_sent {
        account.sent_title
    } else {
        texts().login.forgot_password
    };
    let content = match (is_sent, has_mail) {
        (true, _) => view! { <Sent text=account.sent again=paths::FORGOT_PASSWORD /> }.into_any(),
        (false, true) => view! { <Form /> }.into_any(),
        (false, false) => view! { <p>{account.no_mail}</p> }.into_any(),
    };
    view! {
        <Title text=title />
        <Card head=view! { <PageHeading>{title}</PageHeading> }.into_any()>
            {content}
            <ServerLink href=paths::LOGIN text=account.back_to_login />
        </Card>
    }
}

#[component]
fn Form() -> impl IntoView {
    let account = account_texts();
    let form = form_state(|error| match error {
        // The usual text is about sign-ins that have failed.
        AuthError::Throttled { .. } => Some(("username", account.too_many_mails.into())),
        error => texts().field_error(error),
    });
    view! {
        <p class="cs-quiet">{account.forgot_intro}</p>
        <PlainForm form action=paths::FORGOT_PASSWORD.to_owned() submit=account.send_link>
            <TextField
                form
                id="username"
                label=texts().login.name_or_email
                autocomplete="username"
                value=typed().unwrap_or_default()
                described_by=""
            />
        </PlainForm>
    }
}
