use leptos::{ev::SubmitEvent, prelude::*};

use super::{LiveText, account_links::AccountLinks, icons::Chevron};
use crate::{
    browser::{hide_popover, take_over},
    domain::paths,
    ui::{texts::texts, use_auth},
};

const MENU: &str = "account-menu";

/// The user's name, and below it the links to the pages of the account and the sign-out. It opens
/// and closes without scripts. A browser that does not know popovers shows the menu at all times.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let auth = use_auth();
    let name = move || auth.user().map(|user| user.username.to_string());
    view! {
        <button class="cs-menu-button" type="button" popovertarget=MENU>
            <bdi>
                <LiveText text=name />
            </bdi>
            <Chevron />
        </button>
        <div class="cs-menu" id=MENU popover="auto" on:click=|event| hide_popover(&event)>
            <AccountLinks />
            <SignOut />
        </div>
    }
}

/// Also works without the wasm.
#[component]
fn SignOut() -> impl IntoView {
    let auth = use_auth();
    let submit = move |event: SubmitEvent| {
        if take_over(&event) {
            auth.log_out();
        }
    };
    view! {
        <form method="post" action=paths::LOGOUT on:submit=submit>
            <button type="submit">{texts().common.sign_out}</button>
        </form>
    }
}
