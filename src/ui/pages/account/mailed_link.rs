use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    page_request,
    ui::followed::{is_followed, load_from_server},
};

/// A good mailed link, whose page is shown.
#[derive(Debug, Clone)]
pub struct MailedLink {
    /// The user name of its owner; empty if there is no account yet.
    pub owner: String,
    /// The e-mail address that it sets; empty if it sets none.
    pub email: String,
    /// The query of the page, with the token.
    pub query: String,
}

impl MailedLink {
    /// `None` if the link is not good. A page that is not from the server is loaded from there.
    pub fn of_page() -> Option<Self> {
        if is_followed() {
            load_from_server();
        }
        let is_good = SharedValue::new_str(page_request::has_good_link).into_inner();
        let owner = || page_request::link_owner().map(|owner| owner.to_string());
        let owner = SharedValue::new_str(move || owner().unwrap_or_default()).into_inner();
        let email = || page_request::link_email().map(|email| email.to_string());
        let email = SharedValue::new_str(move || email().unwrap_or_default()).into_inner();
        let query = use_location().search.get_untracked();
        is_good.then_some(Self {
            owner,
            email,
            query,
        })
    }
}
