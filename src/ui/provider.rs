use leptos::prelude::*;

use super::Auth;
use crate::{
    browser::{ClientSession, set_cookie_prefix, set_hydrated},
    page_request,
};

/// Provides [`Auth`] and the language to the routes inside it, and sets the headers of their pages.
/// It stands around the router.
#[component]
pub fn AuthProvider(
    /// The name of the application, above the login form.
    brand: &'static str,
    /// The path that a sign-in leads to when no other page was asked for: `/` by default.
    #[prop(default = "/")]
    after_login: &'static str,
    children: Children,
) -> impl IntoView {
    page_request::begin_page();
    // The page carries the server's choice to the browser.
    let language = SharedValue::new_str(|| page_request::language().unwrap_or_default());
    provide_context(language.into_inner());
    let cookie_prefix =
        SharedValue::new_str(|| page_request::cookie_prefix().unwrap_or_default()).into_inner();
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
    let auth = Auth::new(client, brand, after_login);
    provide_context(auth);
    Effect::new(move |_| {
        set_hydrated();
        auth.start();
    });
    children()
}
