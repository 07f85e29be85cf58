use leptos::prelude::*;
use leptos_meta::Title;

use super::form::{PlainForm, Sent, ServerLink, form_state, has_parameter, typed};
use crate::{
    domain::{AuthError, InputError, Registration, paths},
    ui::{
        components::{Card, PageHeading, TextField},
        followed::{is_followed, load_from_server},
        pages::NotFound,
        texts::{account_texts, sign_up_texts, texts},
        use_auth,
    },
};

/// `/sign-up`: asks for the mail with a link by which an account is created. With `?sent` it says what to
/// do next, and the same for an address that an account has.
#[component]
pub fn SignUp() -> impl IntoView {
    if use_auth().registration() != Registration::Open {
        return view! { <NotFound /> }.into_any();
    }
    if is_followed() {
        load_from_server();
    }
    let (account, sign_up) = (account_texts(), sign_up_texts());
    let is_sent = has_parameter("sent");
    let title = if is_sent {
        account.sent_title
    } else {
        sign_up.title
    };
    let content = if is_sent {
        view! { <Sent text=sign_up.sent again=paths::SIGN_UP /> }.into_any()
    } else {
        view! { <Form /> }.into_any()
    };
    view! {
        <Title text=title />
        <Card head=view! { <PageHeading>{title}</PageHeading> }.into_any()>
            {content}
            <ServerLink href=paths::LOGIN text=account.back_to_login />
        </Card>
    }
    .into_any()
}

#[component]
fn Form() -> impl IntoView {
    let (account, sign_up) = (account_texts(), sign_up_texts());
    let form = form_state(|error| match error {
        AuthError::InvalidInput(InputError::Email) => Some(("email", account.enter_email.into())),
        // The usual text is about sign-ins that have failed.
        AuthError::Throttled { .. } => Some(("email", account.too_many_mails.into())),
        error => texts().field_error(error),
    });
    view! {
        <p class="cs-quiet">{sign_up.intro}</p>
        <PlainForm form action=paths::SIGN_UP.to_owned() submit=sign_up.send_link>
            <TextField
                form
                id="email"
                label=account.email
                autocomplete="email"
                value=typed().unwrap_or_default()
                described_by=""
            />
        </PlainForm>
    }
}
