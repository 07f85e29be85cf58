//! One file for each page.

mod dashboard;
mod login;
mod not_found;

pub use dashboard::{DashboardRoute, load_dashboard};
pub use login::Login;
pub use not_found::NotFound;
