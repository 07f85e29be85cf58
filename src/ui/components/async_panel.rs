use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::LiveText;
use crate::{
    browser::{element, focus_section_heading},
    ui::{polled::Polled, texts::texts},
};

/// Shows its children once their data is loaded, and until then an outline of `lines` lines. When
/// the data can't be fetched, it shows the error and a button to try again. When that succeeds, the
/// heading gets the focus, since the button is removed.
#[component]
pub fn AsyncPanel<T>(
    polled: Polled<T>,
    lines: usize,
    /// The id of the heading above it.
    heading: &'static str,
    children: ChildrenFn,
) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let texts = texts();
    let is_pending = RwSignal::new(false);
    let has_retried = RwSignal::new(false);
    let retry = move |_| {
        has_retried.set(true);
        polled.retry();
    };
    Effect::new(move |_| {
        let has_value = polled.value.with(Option::is_some);
        if has_value && has_retried.get() {
            has_retried.set(false);
            if let Some(heading) = element(heading) {
                focus_section_heading(&heading);
            }
        }
    });
    // Without the text while it is tried again, so that screen readers announce the same error again.
    let error = move || {
        let is_retrying = has_retried.get() && is_pending.get();
        let error = polled.error.get().filter(|_| !is_retrying)?;
        Some(texts.error(&error).into_owned())
    };
    let failed = move || {
        view! {
            <p role="alert">
                <LiveText text=error />
            </p>
            <button type="button" on:click=retry>
                {texts.common.try_again}
            </button>
        }
    };
    view! {
        <Transition fallback=move || view! { <Outline lines /> } set_pending=is_pending>
            {
                let children = children.clone();
                let has_value = Memo::new(move |_| polled.value.get().is_some());
                let has_failed = Memo::new(move |_| polled.error.get().is_some());
                move || {
                    if has_failed.get() {
                        Some(failed().into_any())
                    } else {
                        has_value.get().then(|| children())
                    }
                }
            }
        </Transition>
    }
}

#[component]
fn Outline(lines: usize) -> impl IntoView {
    view! {
        <div class="cs-skeleton cs-needs-script" role="status">
            {(0..lines).map(|_| view! { <span></span> }).collect_view()}
            <small class="cs-visually-hidden">{texts().common.loading}</small>
        </div>
    }
}
