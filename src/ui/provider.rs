use leptos::prelude::*;

use super::Auth;
use crate::{browser::ClientSession, domain::Language};

/// Provides [`Auth`] and the language to the routes inside it.
#[component]
pub fn AuthProvider(children: Children) -> impl IntoView {
    // The page carries the server's choice to the browser.
    let language = SharedValue::new_str(|| use_context::<Language>().unwrap_or_default());
    provide_context(language.into_inner());
    // On the server nobody uses it.
    let client = if is_browser() {
        ClientSession::current()
    } else {
        ClientSession::default()
    };
    provide_context(client.clone());
    let auth = Auth::new(client);
    provide_context(auth);
    Effect::new(move |_| auth.start());
    children()
}
