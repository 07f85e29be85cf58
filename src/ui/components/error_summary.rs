use std::borrow::Cow;

use leptos::prelude::*;

use crate::{
    browser::focus_linked_field,
    ui::live::{Words, click, live_view},
};

/// A field by its id, and what is to be mended in it.
type Checked = (&'static str, RwSignal<Words>);

/// What is to be mended before a form can be sent, each with a link to its field. Nothing is announced: the focus goes to
/// the first field at once, which is read out with its error.
#[component]
pub fn ErrorSummary(fields: [Checked; 2]) -> impl IntoView {
    let link = |(id, text): (&'static str, Cow<'static, str>)| view! { <a href=format!("#{id}")>{text}</a> };
    let links = live_view(move || {
        let flaws = fields
            .iter()
            .filter_map(|(id, error)| Some((*id, error.get()?)));
        flaws.map(link).collect_view().into_any()
    });
    view! {
        <p class="summary" on:click=click(|event| focus_linked_field(event))>
            {links}
        </p>
    }
    .into_any()
}
