//! One module for each page.

mod account;
mod dashboard;
mod login;
mod not_found;
mod not_loaded;

pub use account::{ChangePassword, ForgotPassword, ResetPassword};
pub use dashboard::{Dashboard, DashboardRoute};
pub use login::Login;
pub use not_found::NotFound;
pub use not_loaded::NotLoaded;
