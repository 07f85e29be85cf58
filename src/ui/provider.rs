use leptos::prelude::*;

use super::Auth;
use crate::{
    browser::{ClientSession, set_cookie_prefix, set_hydrated, set_plain_on_panic},
    domain::NextPath,
    page_request,
};

/// What the application says about itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Application {
    pub brand: &'static str,
    after_login: &'static str,
}

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
    provide_context(Application { brand, after_login });
    // The page carries the server's choice to the browser.
    let language = SharedValue::new_str(|| page_request::language().unwrap_or_default());
    provide_context(language.into_inner());
    let cookie_prefix =
        SharedValue::new_str(|| page_request::cookie_prefix().unwrap_or_default()).into_inner();
    if is_browser() {
        set_cookie_prefix(cookie_prefix);
        set_plain_on_panic();
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
    Effect::new(move |_| {
        set_hydrated();
        auth.start();
    });
    children()
}

/// The authentication state of the page.
///
/// # Panics
/// Outside of [`AuthProvider`].
pub fn use_auth() -> Auth {
    expect_context()
}

impl Application {
    pub fn from_context() -> Self {
        expect_context()
    }

    /// Where a sign-in leads when no other page was asked for.
    pub fn after_login(self) -> NextPath {
        NextPath::parse(self.after_login).unwrap_or_default()
    }
}
