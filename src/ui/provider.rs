use leptos::prelude::*;

use super::Auth;
use crate::{
    browser::{ClientSession, set_cookie_prefix},
    domain::{CookiePrefix, Language},
};

/// Provides [`Auth`] and the language to the routes inside it.
#[component]
pub fn AuthProvider(children: Children) -> impl IntoView {
    // The page carries the server's choice to the browser.
    let language = SharedValue::new_str(|| use_context::<Language>().unwrap_or_default());
    provide_context(language.into_inner());
    let cookie_prefix =
        SharedValue::new_str(|| use_context::<CookiePrefix>().unwrap_or_default()).into_inner();
    if is_browser() {
        set_cookie_prefix(cookie_prefix);
    }
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
