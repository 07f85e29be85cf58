//! One module for each page.

mod account;
mod activity;
mod dashboard;
mod login;
mod not_found;
mod not_loaded;
mod sessions;

pub use account::{
    ChangeEmail, ChangePassword, ConfirmEmail, CreateAccount, DeleteAccount, ForgotPassword,
    Profile, ResetPassword, RestoreEmail, SignUp,
};
pub use activity::Activity;
pub use dashboard::{Dashboard, DashboardRoute};
pub use login::Login;
pub use not_found::NotFound;
pub use not_loaded::NotLoaded;
pub use sessions::Sessions;
