//! One file for each page.

mod dashboard;
mod home;
mod login;
mod not_found;

pub use dashboard::Dashboard;
pub use home::Home;
pub use login::Login;
pub use not_found::NotFound;
