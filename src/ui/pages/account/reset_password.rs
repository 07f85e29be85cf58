use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    form::{NewPasswordField, NotGood, OwnerOfPassword, PlainForm, new_password_form_state},
    mailed_link::MailedLink,
};
use crate::{
    domain::paths,
    ui::{
        components::{Card, PageHeading},
        texts::account_texts,
    },
};

/// `/reset-password?token=…`: the page of a mailed link, where a new password is chosen.
#[component]
pub fn ResetPassword() -> impl IntoView {
    let account = account_texts();
    let content = match MailedLink::of_page() {
        Some(link) => view! { <Form link /> }.into_any(),
        None => view! { <NotGood href=paths::FORGOT_PASSWORD text=account.new_link /> }.into_any(),
    };
    view! {
        <Title text=account.reset_title />
        <Card head=view! { <PageHeading>{account.reset_title}</PageHeading> }.into_any()>
            {content}
        </Card>
    }
}

#[component]
fn Form(link: MailedLink) -> impl IntoView {
    let account = account_texts();
    let form = new_password_form_state();
    view! {
        <p class="cs-quiet">{account.all_sessions_end}</p>
        <PlainForm
            form
            action=format!("{}?{}", paths::RESET_PASSWORD, link.query)
            submit=account.set_password
        >
            <OwnerOfPassword username=link.owner />
            <NewPasswordField form />
        </PlainForm>
    }
}
