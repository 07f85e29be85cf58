use leptos::prelude::*;
use leptos_meta::Stylesheet;

use super::{Logo, MainContent, account_menu::AccountMenu, time_ago::provide_now};
use crate::{
    browser::set_server_time,
    domain::{Language, Timestamp},
    page_request,
    ui::{followed::is_followed, use_auth},
};

/// A page for signed-in users: a header with the menu of their account, and the main content.
#[component]
pub fn SignedInPage(children: Children) -> impl IntoView {
    let language = use_context::<Language>().unwrap_or_default();
    // A page that the browser makes has no time of the server.
    let rendered_at = SharedValue::new_str(|| page_request::now().0).into_inner();
    if is_browser() && !is_followed() {
        set_server_time(Timestamp(rendered_at));
    }
    provide_now();
    view! {
        <Stylesheet href=page_request::signed_in_stylesheet() />
        <div class="cs cs-page" lang=language.tag() dir=language.direction()>
            <header class="cs-bar">
                <a href=use_auth().after_login().address()>
                    <Logo />
                </a>
                <AccountMenu />
            </header>
            <MainContent class="cs-main">{children()}</MainContent>
        </div>
    }
}
