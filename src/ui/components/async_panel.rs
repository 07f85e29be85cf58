use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::ui::{polled::Polled, texts::texts};

/// Shows its children once their data is loaded, and until then an outline of `lines` lines. When
/// the data can't be fetched, it shows the error and a button to try again.
#[component]
pub fn AsyncPanel<T>(polled: Polled<T>, lines: usize, children: ChildrenFn) -> impl IntoView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let texts = texts();
    let failed = move |error| {
        view! {
            <p role="alert">{texts.error(&error)}</p>
            <button type="button" on:click=move |_| polled.retry()>
                {texts.common.try_again}
            </button>
        }
    };
    view! {
        <Transition fallback=move || view! { <Outline lines /> }>
            {
                let children = children.clone();
                let has_value = Memo::new(move |_| polled.value.get().is_some());
                let error = Memo::new(move |_| polled.error.get());
                move || match error.get() {
                    Some(error) => Some(failed(error).into_any()),
                    None => has_value.get().then(|| children()),
                }
            }
        </Transition>
    }
}

#[component]
fn Outline(lines: usize) -> impl IntoView {
    view! {
        <div class="skeleton needs-script" role="status" aria-label=texts().common.loading>
            {(0..lines).map(|_| view! { <span></span> }).collect_view()}
        </div>
    }
}
