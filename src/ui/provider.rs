use leptos::prelude::*;
use leptos_meta::{Stylesheet, provide_meta_context};

use super::{
    Auth, OurTexts, Translations,
    branding::{Branding, Slot, empty},
    texts::provide_language,
};
use crate::{
    browser::{ClientSession, load_signed_in_stylesheet, set_cookie_prefix, set_hydrated},
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
    /// The texts of our pages, by default our own.
    #[prop(default = &OurTexts)]
    texts: &'static dyn Translations,
    /// What stands before the name of the application, such as a picture. Its own text alternative
    /// is empty, since the name stands beside it.
    #[prop(default = empty)]
    logo: Slot,
    /// Links below the box of a page, such as one to a page with help.
    #[prop(default = empty)]
    links: Slot,
    /// What stands at the end of a page, such as an imprint.
    #[prop(default = empty)]
    footer: Slot,
    /// The application's own content in the dashboard, above our panels.
    #[prop(default = empty)]
    dashboard: Slot,
    /// Whether our pages bring the `<main>` of the document. It is not needed where the layout of
    /// the application has one around its routes, as in Leptos' templates.
    #[prop(optional)]
    with_main: bool,
    /// What the pages may load besides: directives of the content security policy with the sources to
    /// add, such as `&[("img-src", "https://images.example")]`.
    #[prop(optional)]
    policy: &'static [(&'static str, &'static str)],
    children: Children,
) -> impl IntoView {
    provide_meta_context();
    page_request::begin_page(policy);
    let branding = Branding {
        name: brand,
        logo,
        links,
        footer,
        dashboard,
        with_main,
    };
    // The page carries the server's choice to the browser.
    let language = SharedValue::new_str(|| page_request::language().unwrap_or_default());
    provide_language(language.into_inner(), texts);
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
    let auth = Auth::new(client, branding, after_login);
    provide_context(auth);
    Effect::new(move |_| {
        set_hydrated();
        load_signed_in_stylesheet();
        auth.start();
    });
    view! {
        <Stylesheet href=page_request::stylesheet() />
        {children()}
    }
}
