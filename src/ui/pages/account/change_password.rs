use leptos::prelude::*;

use super::form::{
    NewPasswordField, OwnerOfPassword, PlainForm, has_parameter, new_password_form_state,
};
use crate::{
    domain::paths,
    ui::{
        components::{PasswordField, Settings},
        followed::{is_followed, load_from_server},
        texts::account_texts,
        use_auth,
    },
};

/// `/account/password`: a signed-in user changes the password. With `?changed` it says that this has
/// been done.
#[component]
pub fn ChangePassword() -> impl IntoView {
    let account = account_texts();
    let content = if is_followed() {
        load_from_server();
        ().into_any()
    } else if has_parameter("changed") {
        view! {
            <p class="cs-notice" role="status">
                {account.changed}
            </p>
        }
        .into_any()
    } else {
        view! {
            <div class="cs-panel">
                <Form />
            </div>
        }
        .into_any()
    };
    view! {
        <Settings title=account.change_title path=paths::CHANGE_PASSWORD>
            {content}
        </Settings>
    }
}

#[component]
fn Form() -> impl IntoView {
    let account = account_texts();
    let form = new_password_form_state();
    let owner = untrack(|| use_auth().user()).map(|user| user.username.to_string());
    view! {
        <p class="cs-quiet">{account.others_end}</p>
        <PlainForm
            form
            action=paths::CHANGE_PASSWORD.to_owned()
            submit=account.change_password
        >
            <OwnerOfPassword username=owner.unwrap_or_default() />
            <PasswordField
                form
                id="password"
                label=account.current_password
                is_shown=RwSignal::new(false)
            />
            <NewPasswordField form />
        </PlainForm>
    }
}
