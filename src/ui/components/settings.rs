use leptos::prelude::*;
use leptos_meta::Title;

use super::{PAGE_TITLE, PageHeading, SignedInPage, account_links::AccountLinks};
use crate::ui::texts::account_texts;

/// A page of the user's account, beside links to the others.
#[component]
pub fn Settings(
    title: &'static str,
    /// The path of the page.
    path: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title />
        <SignedInPage>
            <div class="cs-settings">
                <nav class="cs-sections" aria-label=account_texts().account>
                    <AccountLinks current=path />
                </nav>
                <section class="cs-section" aria-labelledby=PAGE_TITLE>
                    <PageHeading>{title}</PageHeading>
                    {children()}
                </section>
            </div>
        </SignedInPage>
    }
}
