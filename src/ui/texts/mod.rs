//! Every word that a page shows, in each language. A text that is missing in one of them does not compile.

mod arabic;
mod english;
mod errors;
mod german;

use leptos::prelude::use_context;

use crate::domain::{Device, Language};

/// The texts of one language, but for those that only the dashboard shows.
pub struct Texts {
    pub common: Common,
    pub login: Login,
    pub notices: Notices,
    pub errors: Errors,
}

pub struct Common {
    /// What search engines and shared links say of the login page.
    pub description: &'static str,
    pub sign_in: &'static str,
    pub sign_out: &'static str,
    pub try_again: &'static str,
    pub loading: &'static str,
    pub one_moment: &'static str,
    pub language: &'static str,
    pub colours: &'static str,
    pub colours_of_system: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    pub page_not_found: &'static str,
    pub nothing_here: &'static str,
    pub moved_or_mistyped: &'static str,
    pub to_start: &'static str,
    pub page_not_loaded: &'static str,
    /// "in 1 min 05 s", or that it is now.
    pub countdown: fn(seconds: i64) -> String,
    /// "Firefox on Linux".
    pub on_system: fn(name: &str, system: &str) -> String,
}

pub struct Login {
    pub intro: &'static str,
    pub user_name: &'static str,
    pub password: &'static str,
    pub show_password: &'static str,
    pub caps_lock: &'static str,
    pub keep: &'static str,
    pub keep_hint: &'static str,
    pub signing_in: &'static str,
    pub enter_user_name: &'static str,
    pub enter_password: &'static str,
    pub go_on_here: &'static str,
    pub too_many_failed: &'static str,
    /// Around the time that is left.
    pub try_again_in: [&'static str; 2],
    pub try_again_now: &'static str,
}

/// Why the user is on the login page.
pub struct Notices {
    pub signing_out: &'static str,
    pub signed_out: &'static str,
    pub sign_out_unconfirmed: &'static str,
    pub signed_out_elsewhere: &'static str,
    pub signed_in_elsewhere: &'static str,
    pub session_ended: &'static str,
}

pub struct Errors {
    pub invalid_credentials: &'static str,
    pub wrong_password: &'static str,
    pub cross_site: &'static str,
    pub too_large: &'static str,
    pub timed_out: &'static str,
    pub busy: &'static str,
    pub unavailable: &'static str,
    pub unreachable: &'static str,
    pub storage_refused: &'static str,
    /// The page and the server are not of the same version.
    pub misunderstood: &'static str,
    pub user_name_too_long: &'static str,
    pub user_name_characters: &'static str,
    pub password_too_long: &'static str,
    pub password_characters: &'static str,
    pub throttled: fn(seconds: i64) -> String,
}

/// In a static of its own for each language, so that it goes with the dashboard into the wasm file of that.
pub struct Dashboard {
    pub title: &'static str,
    /// Around the user's name.
    pub hello: [&'static str; 2],
    pub needs_scripts: &'static str,
    pub this_session: &'static str,
    pub device: &'static str,
    pub signed_in_since: &'static str,
    pub session_ends: &'static str,
    pub renewals: &'static str,
    pub token_expires: &'static str,
    pub session_id: &'static str,
    pub other_sessions: &'static str,
    pub nowhere_else: &'static str,
    pub seen: fn(last: &str, since: &str) -> String,
    pub sign_out_device: fn(device: &str) -> String,
    pub signed_out_on: fn(device: &str) -> String,
    pub signed_out_times: fn(number: usize) -> String,
    pub sign_out_everywhere_else: &'static str,
    pub password_once_more: &'static str,
    pub recent_activity: &'static str,
    /// Where an administrator works.
    pub command_line: &'static str,
    pub nothing_yet: &'static str,
    pub from_address: fn(address: &str) -> String,
    /// Between the parts of a line.
    pub comma: &'static str,
    pub token_says: &'static str,
    pub header: &'static str,
    pub claims: &'static str,
    pub events: Events,
}

/// What has happened to an account, as its owner would tell it.
pub struct Events {
    pub login: &'static str,
    pub login_failed: &'static str,
    pub login_throttled: &'static str,
    pub logout: &'static str,
    pub renewal_reused: &'static str,
    pub replaced: &'static str,
    pub ended_by_owner: &'static str,
    pub ended_by_administrator: &'static str,
    pub surplus: &'static str,
    pub user_added: &'static str,
    pub user_disabled: &'static str,
    pub user_enabled: &'static str,
    pub password_changed: &'static str,
    pub something_else: &'static str,
}

/// The texts of the page's language. To be asked for while a component is made, not in what it does later.
pub fn texts() -> &'static Texts {
    use_context::<Language>().unwrap_or_default().texts()
}

/// What only the dashboard shows, in the same way.
pub fn dashboard_texts() -> &'static Dashboard {
    use_context::<Language>()
        .unwrap_or_default()
        .dashboard_texts()
}

impl Language {
    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::English => &english::TEXTS,
            Self::German => &german::TEXTS,
            Self::Arabic => &arabic::TEXTS,
        }
    }

    pub(super) fn dashboard_texts(self) -> &'static Dashboard {
        match self {
            Self::English => &english::DASHBOARD,
            Self::German => &german::DASHBOARD,
            Self::Arabic => &arabic::DASHBOARD,
        }
    }
}

impl Texts {
    pub fn name_of(&self, device: &Device) -> String {
        match &device.system {
            Some(system) => (self.common.on_system)(&device.name, system),
            None => device.name.clone(),
        }
    }
}

/// Minutes and seconds, or seconds alone, of a time that is counted down.
fn minutes_and_seconds(
    seconds: i64,
    now: &str,
    minutes: impl Fn(i64, i64) -> String,
    few: impl Fn(i64) -> String,
) -> String {
    match seconds {
        ..=0 => now.to_owned(),
        1..60 => few(seconds),
        _ => minutes(seconds / 60, seconds % 60),
    }
}
