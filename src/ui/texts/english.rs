use super::{Common, Dashboard, Errors, Events, Login, Notices, Texts, minutes_and_seconds};
use crate::domain::Wait;

pub static TEXTS: Texts = Texts {
    common: Common {
        description: "Sign in to your account with your user name and password.",
        sign_in: "Sign in",
        sign_out: "Sign out",
        try_again: "Try again",
        loading: "Loading",
        one_moment: "One moment",
        language: "Language",
        colours: "Colours",
        colours_of_system: "System",
        light: "Light",
        dark: "Dark",
        page_not_found: "Page not found",
        nothing_here: "There is nothing at this address",
        moved_or_mistyped: "The page was moved, or the address has a typing error.",
        to_start: "Go to the start page",
        page_not_loaded: "This page could not be loaded",
        countdown: |seconds| {
            let minutes = |minutes, seconds| format!("in {minutes} min {seconds:02} s");
            minutes_and_seconds(seconds, "now", minutes, |seconds| format!("in {seconds} s"))
        },
        on_system: |name, system| format!("{name} on {system}"),
    },
    login: Login {
        intro: "Enter your user name and password to go on.",
        user_name: "User name",
        password: "Password",
        show_password: "Show password",
        caps_lock: "Caps Lock is on",
        keep: "Keep me signed in",
        keep_hint: "On this device, for weeks. Leave it unticked on a shared one.",
        signing_in: "Signing in…",
        enter_user_name: "Enter your user name.",
        enter_password: "Enter your password.",
        go_on_here: "Go on here",
        too_many_failed: "Too many sign-ins have failed.",
        try_again_in: ["You can try again ", "."],
        try_again_now: "You can try again now.",
    },
    notices: Notices {
        signing_out: "Signing you out…",
        signed_out: "You are signed out.",
        sign_out_unconfirmed: "You are signed out in this browser. The server could not be told yet; it will be as soon as it can be reached.",
        signed_out_elsewhere: "You signed out in another tab.",
        signed_in_elsewhere: "You signed in from another tab.",
        session_ended: "Your session has ended. Sign in to go on.",
    },
    errors: Errors {
        invalid_credentials: "The user name or the password is wrong.",
        wrong_password: "The password is wrong.",
        cross_site: "This request came from another site and was not carried out.",
        too_large: "The request is too large.",
        timed_out: "The request took too long to arrive. Try again.",
        busy: "Very many people are signing in just now. Try again in a moment.",
        unavailable: "The server can't answer just now. Try again in a moment.",
        unreachable: "The server can't be reached. Check your connection and try again.",
        storage_refused: "Your browser does not let this page store data. Allow it for this site, and try again.",
        misunderstood: "The server did not understand this page. Load the page again.",
        user_name_too_long: "A user name has at most 256 characters.",
        user_name_characters: "This user name contains characters that a user name can't have.",
        password_too_long: "A password has at most 256 characters.",
        password_characters: "This password contains characters that a password can't have.",
        throttled: |seconds| {
            let wait = match Wait::of_seconds(seconds) {
                Wait::Seconds(1) => "1 second".to_owned(),
                Wait::Seconds(number) => format!("{number} seconds"),
                Wait::Minutes(number) => format!("{number} minutes"),
                Wait::Hours(number) => format!("{number} hours"),
            };
            format!("Too many sign-ins have failed. Try again in {wait}.")
        },
    },
};

pub static DASHBOARD: Dashboard = Dashboard {
    title: "Dashboard",
    hello: ["Hello, ", ""],
    needs_scripts: "The details below need JavaScript. Signing out does not.",
    this_session: "This session",
    device: "Device",
    signed_in_since: "Signed in since",
    session_ends: "Session ends",
    renewals: "Renewals",
    token_expires: "Token expires",
    session_id: "Session id",
    other_sessions: "Other sessions",
    nowhere_else: "You are signed in nowhere else.",
    seen: |last, since| format!("Last seen {last}, signed in since {since}"),
    sign_out_device: |device| format!("Sign out {device}"),
    signed_out_on: |device| format!("Signed out on {device}."),
    signed_out_times: |number| match number {
        1 => "Signed out once.".to_owned(),
        _ => format!("Signed out {number} times."),
    },
    sign_out_everywhere_else: "Sign out everywhere else",
    password_once_more: "Your password, once more",
    recent_activity: "Recent activity",
    command_line: "the command line",
    nothing_yet: "Nothing has happened lately.",
    from_address: |address| format!("from {address}"),
    comma: ", ",
    token_says: "What the token says",
    header: "Header",
    claims: "Claims",
    events: Events {
        login: "Signed in",
        login_failed: "A sign-in failed",
        login_throttled: "Sign-ins were made to wait",
        logout: "Signed out",
        renewal_reused: "A copied session was ended",
        replaced: "Signed in again in the same browser",
        ended_by_owner: "Signed out from another session",
        ended_by_administrator: "Signed out by an administrator",
        surplus: "Signed out, as there were too many sessions",
        user_added: "The account was made",
        user_disabled: "The account was disabled",
        user_enabled: "The account was enabled",
        password_changed: "The password was changed",
        something_else: "Something else happened",
    },
};

#[cfg(test)]
mod tests {
    use super::TEXTS;

    #[test]
    fn the_time_left_is_told_in_minutes_and_seconds() {
        let in_words = TEXTS.common.countdown;
        assert_eq!(
            [0, 59, 60, 899].map(in_words),
            ["now", "in 59 s", "in 1 min 00 s", "in 14 min 59 s"]
        );
    }
}
