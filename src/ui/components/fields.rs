use leptos::{
    attr::custom::{CustomAttr, custom_attribute},
    prelude::*,
};

use super::{LiveText, caps_lock::CapsLock, icons::Eye};
use crate::ui::{form::FormState, texts::texts};

/// A labelled text field with room for its error.
#[component]
pub fn TextField(
    form: FormState,
    id: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    /// The first value.
    value: String,
    /// The id of a text elsewhere that describes the field too.
    described_by: &'static str,
    /// What the text has to be like.
    #[prop(optional)]
    hint: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="cs-field">
            <label for=id>{label}</label>
            {hint.map(|hint| {
                view! {
                    <p class="cs-hint" id=described_by>
                        {hint}
                    </p>
                }
            })}
            <input
                id=id
                name=id
                required
                autocomplete=autocomplete
                value=value
                autocapitalize="none"
                {..no_autocorrect()}
                spellcheck="false"
                maxlength="1024"
                aria-invalid=move || form.field_error(id).is_some().to_string()
                aria-describedby=format!("{id}-error {described_by}")
            />
            <FieldError form id />
        </div>
    }
}

/// A field for a password, with a button that makes the text readable.
#[component]
pub fn PasswordField(
    form: FormState,
    id: &'static str,
    label: &'static str,
    is_shown: RwSignal<bool>,
    #[prop(default = "current-password")] autocomplete: &'static str,
    /// What a new password has to be like.
    #[prop(optional)]
    hint: Option<String>,
) -> impl IntoView {
    let described_by = match &hint {
        Some(_) => format!("{id}-hint {id}-error"),
        None => format!("{id}-error"),
    };
    view! {
        <div class="cs-field">
            <div class="cs-label-row">
                <label for=id>{label}</label>
                <CapsLock />
            </div>
            {hint.map(|hint| {
                view! {
                    <p class="cs-hint" id=format!("{id}-hint")>
                        {hint}
                    </p>
                }
            })}
            <div class="cs-with-button">
                <input
                    id=id
                    name=id
                    type=move || if is_shown.get() { "text" } else { "password" }
                    required
                    autocomplete=autocomplete
                    autocapitalize="none"
                {..no_autocorrect()}
                    spellcheck="false"
                    aria-invalid=move || form.field_error(id).is_some().to_string()
                    aria-describedby=described_by
                />
                <button
                    class="cs-needs-script"
                    type="button"
                    aria-controls=id
                    aria-label=texts().login.show_password
                    aria-pressed=move || is_shown.get().to_string()
                    on:click=move |_| is_shown.update(|is_shown| *is_shown = !*is_shown)
                >
                    <Eye />
                </button>
            </div>
            <FieldError form id />
        </div>
    }
}

/// Safari corrects names otherwise. The view macro does not know this attribute.
fn no_autocorrect() -> CustomAttr<&'static str, &'static str> {
    custom_attribute("autocorrect", "off")
}

/// The error of a field, below it.
#[component]
pub fn FieldError(form: FormState, id: &'static str) -> impl IntoView {
    view! {
        <p class="cs-field-error" id=format!("{id}-error")>
            <LiveText text=move || form.field_error(id) />
        </p>
    }
}
