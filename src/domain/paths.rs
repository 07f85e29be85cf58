//! The addresses of our pages and plain forms, each stated once.

/// The login page; its plain form is posted to the same address.
pub const LOGIN: &str = "/login";
/// The addresses of our pages.
pub const PAGES: [&str; 2] = [LOGIN, DASHBOARD];
/// Where the plain sign-out form is posted to.
pub const LOGOUT: &str = "/logout";
/// The page for signed-in users, and where a sign-in leads without a `next`.
pub const DASHBOARD: &str = "/dashboard";
/// Where the theme form is posted to.
pub const THEME: &str = "/theme";
/// Where the language form is posted to.
pub const LANGUAGE: &str = "/language";
