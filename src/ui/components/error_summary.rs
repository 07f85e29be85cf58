use leptos::prelude::*;

use super::LiveText;
use crate::{
    browser::focus_linked_field,
    ui::form::{FieldError, FormState},
};

/// The errors of a form's fields, each with a link to its field. It is no live region: the first
/// wrong field gets the focus, and screen readers read it with its error.
#[component]
pub fn ErrorSummary(form: FormState) -> impl IntoView {
    let link = |(id, text): FieldError| {
        view! {
            <a href=format!("#{id}")>
                <LiveText text=Signal::stored(Some(text.into_owned())) />
            </a>
        }
    };
    view! {
        <p class="cs-summary" on:click=|event| focus_linked_field(&event)>
            {move || form.field_errors().into_iter().map(link).collect_view()}
        </p>
    }
}
