use leptos::prelude::*;

use crate::ui::{latest::Latest, texts::texts};

#[derive(Clone, PartialEq)]
enum State {
    OnItsWay,
    There,
    Failed(String),
}

/// Its children, once what they show is there; before that, their outline in so many lines; and if it can't come, why and
/// what to do.
#[component]
pub fn Loaded<T: Clone + PartialEq + Send + Sync + 'static>(
    latest: Latest<T>,
    lines: usize,
    children: ChildrenFn,
) -> impl IntoView {
    let texts = texts();
    let state = Memo::new(move |_| match (latest.get(), latest.trouble()) {
        (Some(_), _) => State::There,
        (None, Some(error)) => State::Failed(texts.error(&error).into_owned()),
        (None, None) => State::OnItsWay,
    });
    move || match state.get() {
        State::There => children().into_any(),
        State::OnItsWay => {
            let outline = (0..lines).map(|_| view! { <span></span> }).collect_view();
            view! {
                <div class="skeleton needs-script" role="status" aria-label=texts.common.loading>
                    {outline}
                </div>
            }
            .into_any()
        }
        State::Failed(why) => view! {
            <p role="alert">{why}</p>
            <button type="button" on:click=move |_| latest.refresh()>
                {texts.common.try_again}
            </button>
        }
        .into_any(),
    }
}
