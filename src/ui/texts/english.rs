use super::{
    AccountTexts, CommonTexts, DashboardTexts, ErrorTexts, EventTexts, LoginTexts, NoticeTexts,
    Texts, minutes_and_seconds,
};
use crate::domain::{Ago, Wait};

impl Texts {
    /// Our texts in English.
    pub const ENGLISH: Self = Self {
        common: CommonTexts {
            sign_in: "Sign in",
            sign_out: "Sign out",
            try_again: "Try again",
            loading: "Loading",
            one_moment: "One moment",
            language: "Language",
            apply: "Apply",
            colours: "Colours",
            colours_of_system: "System",
            light: "Light",
            dark: "Dark",
            page_not_found: "Page not found",
            nothing_here: "There is nothing at this address",
            moved_or_misspelled: "The page may have moved, or the address is misspelled.",
            to_home_page: "Go to the home page",
            page_not_loaded: "This page could not be loaded",
            refused: "That did not work",
            countdown: |seconds| {
                let minutes = |minutes, seconds| format!("in {minutes} min {seconds:02} s");
                minutes_and_seconds(seconds, "now", minutes, |seconds| format!("in {seconds} s"))
            },
            on_system: |name, system| format!("{name} on {system}"),
            unknown_device: "Unknown device",
        },
        login: LoginTexts {
            intro: None,
            name_or_email: "User name or e-mail",
            password: "Password",
            show_password: "Show password",
            caps_lock: "Caps Lock is on",
            keep: "Keep me signed in",
            keep_hint: "On this device, for several weeks. Not for shared devices.",
            signing_in: "Signing in…",
            enter_name_or_email: "Enter your user name or e-mail.",
            enter_password: "Enter your password.",
            continue_here: "Continue here",
            continue_as: |name| format!("Continue as {name}"),
            forgot_password: "Forgot your password?",
            create_account: "Create an account",
            too_many_failed: "Too many sign-ins have failed.",
            try_again_in: ["You can try again ", "."],
            try_again_now: "You can try again now.",
        },
        notices: NoticeTexts {
            signing_out: "Signing you out…",
            signed_out: "You are signed out.",
            sign_out_unconfirmed: "You are signed out in this browser. The server has not confirmed it yet.",
            signed_out_elsewhere: "You signed out in another tab.",
            signed_in_elsewhere: "You signed in in another tab.",
            session_ended: "Your session has ended. Sign in to continue.",
            password_reset: "Your new password is set. Sign in with it.",
            email_restored: "Your e-mail address is back and your new password is set. Sign in with it.",
            email_confirmed: "Your e-mail address is confirmed.",
            account_deleted: "Your account is deleted.",
        },
        errors: ErrorTexts {
            invalid_credentials: "The user name, e-mail or password is wrong.",
            wrong_password: "The password is wrong.",
            cross_site: "This request did not come from this site (public.url).",
            too_large: "The request is too large.",
            timed_out: "The request took too long to arrive. Try again.",
            busy: "Too many people are signing in right now. Try again in a moment.",
            unavailable: "The server can't answer right now. Try again in a moment.",
            unreachable: "The server can't be reached. Check your connection and try again.",
            outdated_page: "This page is out of date. Reload it and try again.",
            user_name_too_long: "User name: max. 256 characters.",
            user_name_characters: "User name: invalid characters.",
            user_name_at_sign: "User name: without @.",
            invalid_email: "E-mail: invalid address.",
            password_too_long: "Password: max. 256 characters.",
            password_characters: "Password: invalid characters.",
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
}

pub static DASHBOARD: DashboardTexts = DashboardTexts {
    title: "Dashboard",
    hello: ["Hello, ", ""],
    no_email_title: "No e-mail address yet",
    no_email: "With an e-mail address you can choose a new password when you have forgotten yours, and you are told when your account changes.",
    add_email: "Add an e-mail address",
    other_sessions: |number| match number {
        0 => "No other sessions".to_owned(),
        1 => "1 other session".to_owned(),
        _ => format!("{number} other sessions"),
    },
    all_sessions: "All sessions",
    recent_activity: "Recent activity",
    all_activity: "All activity",
    for_developers: "For developers",
    this_session: "This session",
    device: "Device",
    signed_in_since: "Signed in since",
    session_ends: "Session ends",
    refreshes: "Refreshes",
    token_expires: "Token expires",
    session_id: "Session ID",
    token_contents: "Access token",
    header: "Header",
    claims: "Claims",
};

pub static ACCOUNT: AccountTexts = AccountTexts {
    account: "Account",
    profile: "Profile",
    password: "Password",
    sessions: "Sessions",
    activity: "Activity",
    save: "Save",
    saved: "Saved.",
    comma: ", ",
    ago: |ago| match ago {
        Ago::JustNow => "just now".to_owned(),
        Ago::Minutes(1) => "1 minute ago".to_owned(),
        Ago::Minutes(number) => format!("{number} minutes ago"),
        Ago::Hours(1) => "1 hour ago".to_owned(),
        Ago::Hours(number) => format!("{number} hours ago"),
        Ago::Days(1) => "1 day ago".to_owned(),
        Ago::Days(number) => format!("{number} days ago"),
    },
    stays_plain: "This page is not updated: JavaScript or WebAssembly is off, a file has not been loaded, or an extension or a translation has changed the page.",
    display_name: "Display name",
    display_name_hint: [
        "Shown in place of your user name, ",
        ", where you are greeted.",
    ],
    name_too_long: "A name has at most 64 characters.",
    name_characters: "A name can't have some of these characters.",
    email: "E-mail address",
    no_email: "This account has no e-mail address.",
    change_email: "Change",
    add_email: "Add an address",
    email_title: "Change your e-mail address",
    email_intro: "You will get a mail with a link at the new address. The address becomes yours when you confirm it there, and your former address is told.",
    new_email: "New e-mail address",
    enter_email: "Enter an e-mail address, such as name@example.com.",
    email_unchanged: "This is your e-mail address already.",
    email_taken: "Another account has this e-mail address.",
    email_sent: "A mail with a link is on its way to the new address. The link is good for 30 minutes.",
    email_without_mail: "This server can't send mail. Ask your administrator to change your e-mail address.",
    confirm_title: "Confirm your e-mail address",
    will_be_email: ["", " will be the e-mail address of ", "."],
    confirm_email: "Confirm this address",
    restore_title: "Take back your e-mail address",
    will_be_email_again: [
        "",
        " will be the e-mail address of ",
        " again. All sessions of this account will end.",
    ],
    restore_email: "Take it back",
    forgot_intro: "You will get a mail with a link to choose a new password.",
    send_link: "Send the link",
    too_many_mails: "Too many mails were asked for from your network. Try again later.",
    sent_title: "Check your mail",
    sent: "If there is an account for that, a mail with a link is on its way. The link is good for 30 minutes.",
    not_arrived: [
        "Nothing arrived? Look into the spam folder, or ",
        "ask for another one",
        ".",
    ],
    no_mail: "This server can't send mail. Ask your administrator for a link to choose a new password.",
    back_to_login: "Back to the sign-in",
    reset_title: "Choose a new password",
    all_sessions_end: "All sessions of this account will end.",
    new_password: "New password",
    new_password_hint: |min_length| {
        format!("At least {min_length} characters; a few random words are good.")
    },
    set_password: "Set the new password",
    link_not_good: "This link was used already or has expired.",
    new_link: "Ask for a new link",
    change_title: "Change your password",
    others_end: "All your other sessions will end.",
    current_password: "Current password",
    change_password: "Change the password",
    changed: "Your password was changed. Your other sessions were ended.",
    enter_new_password: "Enter a new password.",
    too_short: |min_length| format!("Use at least {min_length} characters."),
    common: "This is one of the most used passwords, which are guessed first. Choose another one.",
    own_name: "This is little more than your user name. Choose another one.",
    this_device: "This device",
    seen: ["Last used ", ", signed in "],
    rename: "Rename",
    name: "Name",
    no_other_sessions: "There are no other sessions.",
    sign_out_others: "Sign out everywhere else",
    email_changed_lately: "The e-mail address of this account was changed within the last seven days, and can still be taken back by the former one. Until then, only an administrator can delete the account.",
    delete_title: "Delete your account",
    to_deletion: "Delete the account…",
    what_goes: "Your account is deleted at once and for good: your names, your e-mail address, your password, all sessions, and all links that were mailed to you.",
    what_stays: "What has happened in your account stays in the audit log, with network addresses and browsers, but without your name.",
    delete_account: "Delete the account for good",
    give_password: "Give your password to do this.",
    confirm_password: "Confirm your password",
    ended_session: "Signed out that session.",
    ended_others: "Signed out all other sessions.",
    signed_out_device: |device| format!("Signed out {device}."),
    signed_out_sessions: |number| match number {
        1 => "Signed out 1 session.".to_owned(),
        _ => format!("Signed out {number} sessions."),
    },
    no_activity: "No recent activity",
    command_line: "command line",
    from_ip: |ip| format!("from {ip}"),
    events: EventTexts {
        login: "Signed in",
        login_failed: "Failed sign-in",
        login_throttled: "Sign-ins delayed after failed attempts",
        logout: "Signed out",
        refresh_token_reused: "Session ended because its cookie was used twice, perhaps by a copy",
        replaced: "Signed in again in the same browser",
        revoked_by_owner: "Signed out from another session",
        revoked_by_administrator: "Signed out by an administrator",
        surplus: "Signed out because of too many sessions",
        user_added: "Account created",
        user_disabled: "Account disabled",
        user_enabled: "Account enabled",
        password_changed: "Password changed",
        password_reset_sent: "Link to reset the password sent",
        password_reset: "Password reset by a link",
        display_name_changed: "Name changed",
        email_confirmation_sent: "Link to confirm an e-mail address sent",
        email_changed: "E-mail address changed",
        email_restored: "E-mail address taken back and password reset by a link",
        sign_up_sent: "Somebody asked to sign up with your e-mail address, and you got a mail",
        other: "Other event",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_time_is_in_minutes_and_seconds() {
        let in_words = Texts::ENGLISH.common.countdown;
        assert_eq!(
            [0, 59, 60, 899].map(in_words),
            ["now", "in 59 s", "in 1 min 00 s", "in 14 min 59 s"]
        );
    }

    #[test]
    fn nouns_agree_with_their_numbers() {
        let ago = [Ago::JustNow, Ago::Minutes(1), Ago::Hours(3), Ago::Days(30)];
        assert_eq!(
            ago.map(ACCOUNT.ago),
            ["just now", "1 minute ago", "3 hours ago", "30 days ago"]
        );
        assert_eq!(
            [0, 1, 2].map(DASHBOARD.other_sessions),
            ["No other sessions", "1 other session", "2 other sessions"]
        );
    }
}
