use leptos::prelude::*;

use super::form::{OwnerOfPassword, PlainForm, form_state};
use crate::{
    domain::{AuthError, paths},
    ui::{
        components::{PasswordField, Settings},
        texts::{account_texts, texts},
        use_auth,
    },
};

/// `/account/delete`: a signed-in user deletes the account. Says what goes with it, and what stays.
#[component]
pub fn DeleteAccount() -> impl IntoView {
    let (texts, account) = (texts(), account_texts());
    let form = form_state(|error| match error {
        AuthError::WrongPassword => Some(("password", texts.errors.wrong_password.into())),
        error => texts.field_error(error),
    });
    let owner = untrack(|| use_auth().user()).map(|user| user.username.to_string());
    view! {
        <Settings title=account.delete_title path=paths::DELETE_ACCOUNT>
            <div class="cs-panel">
                <p>{account.what_goes}</p>
                <p class="cs-quiet">{account.what_stays}</p>
                <PlainForm
                    form
                    action=paths::DELETE_ACCOUNT.to_owned()
                    submit=account.delete_account
                    is_final=true
                >
                    <OwnerOfPassword username=owner.unwrap_or_default() />
                    <PasswordField
                        form
                        id="password"
                        label=account.confirm_password
                        is_shown=RwSignal::new(false)
                    />
                </PlainForm>
            </div>
        </Settings>
    }
}
