//! One module for each page.

mod dashboard;
mod login;
mod not_found;
mod not_loaded;

pub use dashboard::{Dashboard, DashboardRoute};
pub use login::Login;
pub use not_found::NotFound;
