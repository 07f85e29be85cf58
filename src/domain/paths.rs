//! The addresses of our pages, plain forms and server functions, each stated once.

/// The login page; its plain form is posted to the same address.
pub const LOGIN: &str = "/login";
/// Where the plain sign-out form is posted to.
pub const LOGOUT: &str = "/logout";
/// The page for signed-in users, and where a sign-in leads without a `next`.
pub const DASHBOARD: &str = "/dashboard";
/// The page that asks whose password was forgotten; its form is posted to the same address.
pub const FORGOT_PASSWORD: &str = "/forgot-password";
/// The page of a mailed link, with its token as `token`; its form is posted to the same address.
pub const RESET_PASSWORD: &str = "/reset-password";
/// The page of a mailed link that confirms a new e-mail address, in the same way.
pub const CONFIRM_EMAIL: &str = "/confirm-email";
/// The page of a mailed link that takes an e-mail address back, in the same way.
pub const RESTORE_EMAIL: &str = "/restore-email";
/// The page that asks for the e-mail address of whoever wants an account; its form is posted to the same
/// address.
pub const SIGN_UP: &str = "/sign-up";
/// The page of a mailed link by which an account is created, with its token as `token`; its form is
/// posted to the same address.
pub const CREATE_ACCOUNT: &str = "/create-account";
/// The page with the profile of a signed-in user; its form is posted to the same address.
pub const ACCOUNT: &str = "/account";
/// The page where they change the e-mail address; its form is posted to the same address.
pub const CHANGE_EMAIL: &str = "/account/email";
/// The page where they change the password; its form is posted to the same address.
pub const CHANGE_PASSWORD: &str = "/account/password";
/// The page with their sessions; its forms are posted to the same address.
pub const SESSIONS: &str = "/account/sessions";
/// The page with the latest security events of their account.
pub const ACTIVITY: &str = "/account/activity";
/// The page where they delete the account; its form is posted to the same address.
pub const DELETE_ACCOUNT: &str = "/account/delete";
/// The pages that come with `AuthRoutes`.
pub const AUTH_PAGES: [&str; 13] = [
    LOGIN,
    FORGOT_PASSWORD,
    RESET_PASSWORD,
    CONFIRM_EMAIL,
    RESTORE_EMAIL,
    SIGN_UP,
    CREATE_ACCOUNT,
    ACCOUNT,
    CHANGE_EMAIL,
    CHANGE_PASSWORD,
    SESSIONS,
    ACTIVITY,
    DELETE_ACCOUNT,
];
/// Where password managers look for [`CHANGE_PASSWORD`] (W3C, A Well-Known URL for Changing
/// Passwords).
pub const WELL_KNOWN_CHANGE_PASSWORD: &str = "/.well-known/change-password";
/// Where the theme form is posted to.
pub const THEME: &str = "/theme";
/// Where the language form is posted to.
pub const LANGUAGE: &str = "/language";
/// Our server functions, as their attributes in `api/` have them.
pub const SERVER_FUNCTIONS: [&str; 9] = [
    "/api/login",
    "/api/logout",
    "/api/refresh",
    "/api/account",
    "/api/sessions",
    "/api/revoke_session",
    "/api/revoke_other_sessions",
    "/api/events",
    "/api/username",
];

/// The address of the stylesheet that pages of signed-in users have besides, by that of the first one.
#[must_use]
pub fn signed_in_stylesheet(stylesheet: &str) -> String {
    stylesheet.replacen("/countersign.", "/countersign-signed-in.", 1)
}
