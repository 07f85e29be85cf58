//! The addresses of our pages, plain forms and server functions, each stated once.

/// The login page; its plain form is posted to the same address.
pub const LOGIN: &str = "/login";
/// Where the plain sign-out form is posted to.
pub const LOGOUT: &str = "/logout";
/// The page for signed-in users, and where a sign-in leads without a `next`.
pub const DASHBOARD: &str = "/dashboard";
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
