use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::{auth::Auth, components::Placeholder, live::effect};
use crate::{
    domain::{NextPath, Visitor},
    ui::Notice,
};

/// Shows its children to a signed-in user, leads everybody else to the login page and from there back, and shows
/// a calm placeholder while it is not known who is there.
#[component]
pub fn Guarded(children: ChildrenFn) -> impl IntoView {
    let auth = Auth::from_context();
    let location = use_location();
    let navigate = use_navigate();
    effect(move || {
        if auth.visitor() == Visitor::Anonymous {
            let (path, query) = (
                location.pathname.get_untracked(),
                location.search.get_untracked(),
            );
            let here = if query.is_empty() {
                path
            } else {
                format!("{path}?{query}")
            };
            // Who signed out on purpose begins anew; who was sent away comes back.
            let next = if auth.notice_now().is_some_and(Notice::is_farewell) {
                None
            } else {
                NextPath::parse(&here)
            };
            let address = next.map_or_else(|| "/login".to_owned(), |next| next.login_address());
            navigate(
                &address,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
    view! {
        <Show when=move || auth.user().is_some() fallback=Placeholder>
            {children()}
        </Show>
    }
}
