use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::form::{NewPasswordField, OwnerOfPassword, PlainForm, ServerLink, form_state};
use crate::{
    domain::paths,
    page_request,
    ui::{
        components::{Card, PageHeading},
        followed::{is_followed, load_from_server},
        texts::account_texts,
    },
};

/// `/reset-password?token=…`: the page of a mailed link, where a new password is chosen.
#[component]
pub fn ResetPassword() -> impl IntoView {
    if is_followed() {
        load_from_server();
    }
    let account = account_texts();
    let owner = || page_request::link_owner().map(|owner| owner.to_string());
    // Empty if the link is not good, as no user name is.
    let owner = SharedValue::new_str(move || owner().unwrap_or_default()).into_inner();
    let content = if owner.is_empty() {
        view! { <NotGood /> }.into_any()
    } else {
        view! { <Form owner /> }.into_any()
    };
    view! {
        <Title text=account.reset_title />
        <Card>
            <PageHeading>{account.reset_title}</PageHeading>
            {content}
        </Card>
    }
}

#[component]
fn Form(owner: String) -> impl IntoView {
    let account = account_texts();
    let form = form_state();
    // With the token.
    let query = use_location().search.get_untracked();
    view! {
        <p class="cs-quiet">{account.all_sessions_end}</p>
        <PlainForm
            form
            action=format!("{}?{query}", paths::RESET_PASSWORD)
            submit=account.set_password
        >
            <OwnerOfPassword username=owner />
            <NewPasswordField form />
        </PlainForm>
    }
}

#[component]
fn NotGood() -> impl IntoView {
    let account = account_texts();
    view! {
        <p>{account.link_not_good}</p>
        <ServerLink href=paths::FORGOT_PASSWORD text=account.new_link />
    }
}
