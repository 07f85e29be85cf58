use leptos::{html::Input, prelude::*};

use super::{caps_lock::CapsLock, icons::Eye};
use crate::ui::{
    live::{LiveText, click, live_flag, live_text},
    texts::texts,
};

/// A labelled field for one line of text, with its error beside it.
#[component]
pub fn TextField(
    id: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    /// What stands in it at first.
    value: String,
    /// The id of a text that says why the user is here.
    described_by: &'static str,
    node: NodeRef<Input>,
    #[prop(into)] error: LiveText,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                name=id
                type="text"
                required
                autocomplete=autocomplete
                value=value
                autocapitalize="none"
                spellcheck="false"
                maxlength="1024"
                node_ref=node
                aria-invalid=live_flag(move || error.get().is_some())
                aria-describedby=format!("{id}-error {described_by}")
            />
            <FieldError id error />
        </div>
    }
    .into_any()
}

/// A password field that can show what was typed.
#[component]
pub fn PasswordField(
    id: &'static str,
    label: &'static str,
    node: NodeRef<Input>,
    shown: RwSignal<bool>,
    #[prop(into)] error: LiveText,
) -> impl IntoView {
    view! {
        <div class="field">
            <div class="label-row">
                <label for=id>{label}</label>
                <CapsLock />
            </div>
            <div class="with-button">
                <input
                    id=id
                    name=id
                    type=live_text(move || Some(if shown.get() { "text" } else { "password" }))
                    required
                    autocomplete="current-password"
                    autocapitalize="none"
                    spellcheck="false"
                    node_ref=node
                    aria-invalid=live_flag(move || error.get().is_some())
                    aria-describedby=format!("{id}-error")
                />
                <button
                    class="needs-script"
                    type="button"
                    aria-controls=id
                    aria-label=texts().login.show_password
                    aria-pressed=live_flag(move || shown.get())
                    on:click=click(move |_| shown.update(|shown| *shown = !*shown))
                >
                    <Eye />
                </button>
            </div>
            <FieldError id error />
        </div>
    }
    .into_any()
}

#[component]
fn FieldError(id: &'static str, error: LiveText) -> impl IntoView {
    view! { <p class="field-error" id=format!("{id}-error")>{error}</p> }
}
