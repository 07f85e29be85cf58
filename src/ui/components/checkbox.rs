use leptos::{html::Input, prelude::*};

/// A choice with a label, and a hint at what it means. Sent as `true`, or not at all.
#[component]
pub fn Checkbox(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    node: NodeRef<Input>,
) -> impl IntoView {
    view! {
        <div class="choice">
            <input id=id name=id type="checkbox" value="true" node_ref=node aria-describedby=format!("{id}-hint") />
            <label for=id>{label}</label>
            <p class="hint" id=format!("{id}-hint")>
                {hint}
            </p>
        </div>
    }
    .into_any()
}
