//! All texts of the pages in all languages. A missing text does not compile.
#![expect(
    missing_docs,
    reason = "the English text of each field says what it is for"
)]

mod arabic;
mod english;
mod errors;
mod german;
mod sign_up;
mod translations;

use leptos::prelude::{provide_context, use_context};

use crate::domain::{Ago, Device, Language, Notice};
pub use sign_up::sign_up_texts;
pub use translations::{OurTexts, Translations};

/// The texts of one language, except for those in the second wasm file.
#[derive(Debug)]
pub struct Texts {
    pub common: CommonTexts,
    pub login: LoginTexts,
    pub notices: NoticeTexts,
    pub errors: ErrorTexts,
}

/// What stands in more than one page.
#[derive(Debug)]
pub struct CommonTexts {
    pub sign_in: &'static str,
    pub sign_out: &'static str,
    pub try_again: &'static str,
    pub loading: &'static str,
    pub one_moment: &'static str,
    pub language: &'static str,
    pub apply: &'static str,
    pub colours: &'static str,
    pub colours_of_system: &'static str,
    pub light: &'static str,
    pub dark: &'static str,
    pub page_not_found: &'static str,
    pub nothing_here: &'static str,
    pub moved_or_misspelled: &'static str,
    pub to_home_page: &'static str,
    pub page_not_loaded: &'static str,
    pub refused: &'static str,
    /// "in 1 min 05 s" or "now".
    pub countdown: fn(seconds: i64) -> String,
    /// "Firefox on Linux".
    pub on_system: fn(name: &str, system: &str) -> String,
    pub unknown_device: &'static str,
}

/// The login page.
#[derive(Debug)]
pub struct LoginTexts {
    /// Below the heading, if it says what the heading does not.
    pub intro: Option<&'static str>,
    pub name_or_email: &'static str,
    pub password: &'static str,
    pub show_password: &'static str,
    pub caps_lock: &'static str,
    pub keep: &'static str,
    pub keep_hint: &'static str,
    pub signing_in: &'static str,
    pub enter_name_or_email: &'static str,
    pub enter_password: &'static str,
    pub continue_here: &'static str,
    pub continue_as: fn(name: &str) -> String,
    pub forgot_password: &'static str,
    pub create_account: &'static str,
    pub too_many_failed: &'static str,
    /// Before and after the remaining time.
    pub try_again_in: [&'static str; 2],
    pub try_again_now: &'static str,
}

/// Why the user is on the login page.
#[derive(Debug)]
pub struct NoticeTexts {
    pub signing_out: &'static str,
    pub signed_out: &'static str,
    pub sign_out_unconfirmed: &'static str,
    pub signed_out_elsewhere: &'static str,
    pub signed_in_elsewhere: &'static str,
    pub session_ended: &'static str,
    pub password_reset: &'static str,
    pub email_restored: &'static str,
    pub email_confirmed: &'static str,
    pub account_deleted: &'static str,
}

/// What went wrong.
#[derive(Debug)]
pub struct ErrorTexts {
    pub invalid_credentials: &'static str,
    pub wrong_password: &'static str,
    pub cross_site: &'static str,
    pub too_large: &'static str,
    pub timed_out: &'static str,
    pub busy: &'static str,
    pub unavailable: &'static str,
    pub unreachable: &'static str,
    /// The page and the server are of different versions.
    pub outdated_page: &'static str,
    pub user_name_too_long: &'static str,
    pub user_name_characters: &'static str,
    pub user_name_at_sign: &'static str,
    pub invalid_email: &'static str,
    pub password_too_long: &'static str,
    pub password_characters: &'static str,
    pub throttled: fn(seconds: i64) -> String,
}

/// Apart from [`Texts`], so that they are in the second wasm file with the dashboard.
#[derive(Debug)]
pub struct DashboardTexts {
    pub title: &'static str,
    /// Before and after the user's name.
    pub hello: [&'static str; 2],
    pub no_email_title: &'static str,
    pub no_email: &'static str,
    pub add_email: &'static str,
    /// How many other sessions there are.
    pub other_sessions: fn(number: usize) -> String,
    pub all_sessions: &'static str,
    pub recent_activity: &'static str,
    pub all_activity: &'static str,
    pub for_developers: &'static str,
    pub this_session: &'static str,
    pub device: &'static str,
    pub signed_in_since: &'static str,
    pub session_ends: &'static str,
    pub refreshes: &'static str,
    pub token_expires: &'static str,
    pub session_id: &'static str,
    pub token_contents: &'static str,
    pub header: &'static str,
    pub claims: &'static str,
}

/// The pages for a user's account, in the second wasm file too.
#[derive(Debug)]
pub struct AccountTexts {
    /// What the links to the pages are about.
    pub account: &'static str,
    pub profile: &'static str,
    pub password: &'static str,
    pub sessions: &'static str,
    pub activity: &'static str,
    pub save: &'static str,
    pub saved: &'static str,
    /// Between the parts of an enumeration.
    pub comma: &'static str,
    pub ago: fn(Ago) -> String,
    /// Why a page that the wasm has not taken over does less.
    pub stays_plain: &'static str,

    // The profile and the e-mail address.
    pub display_name: &'static str,
    /// Before and after the user name.
    pub display_name_hint: [&'static str; 2],
    pub name_too_long: &'static str,
    pub name_characters: &'static str,
    pub email: &'static str,
    pub no_email: &'static str,
    pub change_email: &'static str,
    pub add_email: &'static str,
    pub email_title: &'static str,
    pub email_intro: &'static str,
    pub new_email: &'static str,
    pub enter_email: &'static str,
    pub email_unchanged: &'static str,
    pub email_taken: &'static str,
    pub email_sent: &'static str,
    pub email_without_mail: &'static str,
    pub confirm_title: &'static str,
    /// Around the e-mail address and the user name.
    pub will_be_email: [&'static str; 3],
    pub confirm_email: &'static str,
    pub restore_title: &'static str,
    /// Around the e-mail address and the user name.
    pub will_be_email_again: [&'static str; 3],
    pub restore_email: &'static str,

    // The password.
    pub forgot_intro: &'static str,
    pub send_link: &'static str,
    pub too_many_mails: &'static str,
    pub sent_title: &'static str,
    pub sent: &'static str,
    /// Before, in and after the link.
    pub not_arrived: [&'static str; 3],
    pub no_mail: &'static str,
    pub back_to_login: &'static str,
    pub reset_title: &'static str,
    pub all_sessions_end: &'static str,
    pub new_password: &'static str,
    pub new_password_hint: fn(min_length: u16) -> String,
    pub set_password: &'static str,
    pub link_not_good: &'static str,
    pub new_link: &'static str,
    pub change_title: &'static str,
    pub others_end: &'static str,
    pub current_password: &'static str,
    pub change_password: &'static str,
    pub changed: &'static str,
    pub enter_new_password: &'static str,
    pub too_short: fn(min_length: u16) -> String,
    pub common: &'static str,
    pub own_name: &'static str,

    // The sessions.
    pub this_device: &'static str,
    /// Before the time of the last use, and before that of the sign-in.
    pub seen: [&'static str; 2],
    pub rename: &'static str,
    pub name: &'static str,
    pub no_other_sessions: &'static str,
    pub sign_out_others: &'static str,
    pub email_changed_lately: &'static str,
    pub delete_title: &'static str,
    pub to_deletion: &'static str,
    pub what_goes: &'static str,
    pub what_stays: &'static str,
    pub delete_account: &'static str,
    pub give_password: &'static str,
    pub confirm_password: &'static str,
    pub ended_session: &'static str,
    pub ended_others: &'static str,
    pub signed_out_device: fn(device: &str) -> String,
    pub signed_out_sessions: fn(number: usize) -> String,

    // The activity.
    pub no_activity: &'static str,
    /// In place of a device.
    pub command_line: &'static str,
    pub from_ip: fn(ip: &str) -> String,
    pub events: EventTexts,
}

/// The events of an account, for its owner.
#[derive(Debug)]
pub struct EventTexts {
    pub login: &'static str,
    pub login_failed: &'static str,
    pub login_throttled: &'static str,
    pub logout: &'static str,
    pub refresh_token_reused: &'static str,
    pub replaced: &'static str,
    pub revoked_by_owner: &'static str,
    pub revoked_by_administrator: &'static str,
    pub surplus: &'static str,
    pub user_added: &'static str,
    pub user_disabled: &'static str,
    pub user_enabled: &'static str,
    pub password_changed: &'static str,
    pub password_reset_sent: &'static str,
    pub password_reset: &'static str,
    pub display_name_changed: &'static str,
    pub email_confirmation_sent: &'static str,
    pub email_changed: &'static str,
    pub email_restored: &'static str,
    pub sign_up_sent: &'static str,
    pub other: &'static str,
}

/// The texts of the page's language. To be called while a component is created: event handlers have
/// no context.
pub fn texts() -> &'static Texts {
    use_context().unwrap_or(&Texts::ENGLISH)
}

/// Provides a language and its texts to the components below.
pub fn provide_language(language: Language, translations: &'static dyn Translations) {
    provide_context(language);
    provide_context(translations.of(language));
}

/// The texts of the dashboard, in the same way.
pub fn dashboard_texts() -> &'static DashboardTexts {
    dashboard_texts_of(use_context().unwrap_or_default())
}

pub fn dashboard_texts_of(language: Language) -> &'static DashboardTexts {
    match language {
        Language::English => &english::DASHBOARD,
        Language::German => &german::DASHBOARD,
        Language::Arabic => &arabic::DASHBOARD,
    }
}

/// The texts of the pages for a user's account, in the same way.
pub fn account_texts() -> &'static AccountTexts {
    account_texts_of(use_context().unwrap_or_default())
}

pub fn account_texts_of(language: Language) -> &'static AccountTexts {
    match language {
        Language::English => &english::ACCOUNT,
        Language::German => &german::ACCOUNT,
        Language::Arabic => &arabic::ACCOUNT,
    }
}

impl Texts {
    pub fn name_of(&self, device: &Device) -> String {
        match &device.system {
            Some(system) => (self.common.on_system)(&device.name, system),
            None if device.name.is_empty() => self.common.unknown_device.to_owned(),
            None => device.name.clone(),
        }
    }

    pub fn notice(&self, notice: Notice) -> &'static str {
        let notices = &self.notices;
        match notice {
            Notice::SigningOut => notices.signing_out,
            Notice::SignedOut => notices.signed_out,
            Notice::SignOutUnconfirmed => notices.sign_out_unconfirmed,
            Notice::SignedOutElsewhere => notices.signed_out_elsewhere,
            Notice::SignedInElsewhere => notices.signed_in_elsewhere,
            Notice::SessionEnded => notices.session_ended,
            Notice::PasswordReset => notices.password_reset,
            Notice::EmailRestored => notices.email_restored,
            Notice::EmailConfirmed => notices.email_confirmed,
            Notice::AccountDeleted => notices.account_deleted,
        }
    }
}

/// A remaining time in minutes and seconds, or in seconds alone.
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
