use leptos::prelude::*;

/// A checkbox with a label and a hint. The form has the value `true` for it, or none.
#[component]
pub fn Checkbox(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    /// The first value.
    is_checked: bool,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <div class="cs-choice">
            <input
                id=id
                name=id
                type="checkbox"
                value="true"
                checked=is_checked
                aria-describedby=hint_id.clone()
            />
            <label for=id>{label}</label>
            <p class="cs-hint" id=hint_id>
                {hint}
            </p>
        </div>
    }
}
