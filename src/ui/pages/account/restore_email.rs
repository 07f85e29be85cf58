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
        texts::{account_texts, texts},
    },
};

/// `/restore-email?token=…`: the page of a mailed link, which takes an e-mail address back. Since
/// somebody else may know the password, a new one is chosen.
#[component]
pub fn RestoreEmail() -> impl IntoView {
    let account = account_texts();
    let forgot = texts().login.forgot_password;
    let content = match MailedLink::of_page() {
        Some(link) => view! { <Form link /> }.into_any(),
        None => view! { <NotGood href=paths::FORGOT_PASSWORD text=forgot /> }.into_any(),
    };
    view! {
        <Title text=account.restore_title />
        <Card head=view! { <PageHeading>{account.restore_title}</PageHeading> }.into_any()>
            {content}
        </Card>
    }
}

#[component]
fn Form(link: MailedLink) -> impl IntoView {
    let account = account_texts();
    let form = new_password_form_state();
    let [before, between, after] = account.will_be_email_again;
    view! {
        <p>
            {before} <bdi>{link.email}</bdi> {between} <bdi>{link.owner.clone()}</bdi> {after}
        </p>
        <PlainForm
            form
            action=format!("{}?{}", paths::RESTORE_EMAIL, link.query)
            submit=account.restore_email
        >
            <OwnerOfPassword username=link.owner />
            <NewPasswordField form />
        </PlainForm>
    }
}
