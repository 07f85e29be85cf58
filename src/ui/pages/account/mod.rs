//! The pages for a password. Their forms are sent by the browser, with the wasm and without: a
//! password is changed once in a year, and the page that follows is another one anyway.

mod change_password;
mod forgot_password;
mod form;
mod reset_password;

pub use change_password::ChangePassword;
pub use forgot_password::ForgotPassword;
pub use reset_password::ResetPassword;
