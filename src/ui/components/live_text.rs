use leptos::{html::Span, prelude::*};

use crate::browser::show_message;

/// A text that changes by itself, or none. It replaces everything in its element, and so also what
/// a translation has put there: Leptos would go on to change the text that the translation has
/// removed. An error or a notice is scrolled into view.
#[component]
pub fn LiveText(#[prop(into)] text: Signal<Option<String>>) -> impl IntoView {
    let has_text = Memo::new(move |_| text.with(Option::is_some));
    move || has_text.get().then(|| view! { <Shown text /> })
}

#[component]
fn Shown(text: Signal<Option<String>>) -> impl IntoView {
    let element = NodeRef::<Span>::new();
    Effect::new(move |before: Option<Option<String>>| {
        let text = text.get();
        if let Some(element) = element.get() {
            let before = before.unwrap_or_else(|| element.text_content());
            if before != text {
                element.set_text_content(text.as_deref());
            }
            show_message(&element);
        }
        text
    });
    view! { <span node_ref=element>{text.get_untracked().unwrap_or_default()}</span> }
}
