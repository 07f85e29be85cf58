use leptos::{html::H1, prelude::*};

use crate::browser::focus_page_heading;

/// The id of the heading of a page.
pub const PAGE_TITLE: &str = "page-title";

/// The heading of a page. It takes the focus when the page appears, so that screen readers announce
/// the page and the keyboard goes on from there.
#[component]
pub fn PageHeading(children: Children) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            focus_page_heading(&heading);
        }
    });
    view! {
        <h1 id=PAGE_TITLE tabindex="-1" node_ref=heading>
            {children()}
        </h1>
    }
}
