use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    form::{NotGood, PlainForm, form_state},
    mailed_link::MailedLink,
};
use crate::{
    domain::paths,
    ui::{
        components::{Card, PageHeading},
        texts::account_texts,
    },
};

/// `/confirm-email?token=…`: the page of a mailed link, which confirms a new e-mail address.
#[component]
pub fn ConfirmEmail() -> impl IntoView {
    let account = account_texts();
    let content = match MailedLink::of_page() {
        Some(link) => view! { <Form link /> }.into_any(),
        None => view! { <NotGood href=paths::CHANGE_EMAIL text=account.new_link /> }.into_any(),
    };
    view! {
        <Title text=account.confirm_title />
        <Card head=view! { <PageHeading>{account.confirm_title}</PageHeading> }.into_any()>
            {content}
        </Card>
    }
}

#[component]
fn Form(link: MailedLink) -> impl IntoView {
    let account = account_texts();
    let form = form_state(|_| None);
    let [before, between, after] = account.will_be_email;
    view! {
        <p>
            {before} <bdi>{link.email}</bdi> {between} <bdi>{link.owner}</bdi> {after}
        </p>
        <PlainForm
            form
            action=format!("{}?{}", paths::CONFIRM_EMAIL, link.query)
            submit=account.confirm_email
        />
    }
}
