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
/// The page where a signed-in user changes the password; its form is posted to the same address.
pub const CHANGE_PASSWORD: &str = "/account/password";
/// The pages that come with `AuthRoutes`.
pub const AUTH_PAGES: [&str; 4] = [LOGIN, FORGOT_PASSWORD, RESET_PASSWORD, CHANGE_PASSWORD];
/// Where password managers look for [`CHANGE_PASSWORD`] (W3C, A Well-Known URL for Changing
/// Passwords).
pub const WELL_KNOWN_CHANGE_PASSWORD: &str = "/.well-known/change-password";
/// Where the theme form is posted to.
pub const THEME: &str = "/theme";
/// Where the language form is posted to.
pub const LANGUAGE: &str = "/language";
/// Our server functions, as their attributes in `api/` have them.
pub const SERVER_FUNCTIONS: [&str; 7] = [
    "/api/login",
    "/api/logout",
    "/api/refresh",
    "/api/sessions",
    "/api/revoke_session",
    "/api/revoke_other_sessions",
    "/api/events",
];
