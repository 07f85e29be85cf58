use leptos::prelude::*;

use crate::{domain::paths, ui::texts::account_texts};

/// Links to the pages of the user's account.
#[component]
pub fn AccountLinks(
    /// The path of the page that they stand in, if it is one of them or below one.
    #[prop(optional)]
    current: Option<&'static str>,
) -> impl IntoView {
    let account = account_texts();
    let link = move |path: &'static str, text: &'static str| {
        let is_below = matches!(current, Some(paths::CHANGE_EMAIL | paths::DELETE_ACCOUNT));
        let is_parent = is_below && path == paths::ACCOUNT;
        let aria_current = match current {
            Some(current) if current == path => Some("page"),
            _ => is_parent.then_some("true"),
        };
        // What it says depends on what only the server knows.
        let rel = (path == paths::CHANGE_PASSWORD).then_some("external");
        view! {
            <a href=path rel=rel aria-current=aria_current>
                {text}
            </a>
        }
    };
    [
        (paths::ACCOUNT, account.profile),
        (paths::CHANGE_PASSWORD, account.password),
        (paths::SESSIONS, account.sessions),
        (paths::ACTIVITY, account.activity),
    ]
    .map(|(path, text)| link(path, text))
    .collect_view()
}
