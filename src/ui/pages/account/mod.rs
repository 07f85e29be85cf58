//! The pages for the account of a user. Most of their forms are sent by the browser, with the wasm and
//! without: a password is changed once in a year, and the page that follows is another one anyway.

mod change_email;
mod change_password;
mod confirm_email;
mod create_account;
mod delete_account;
mod forgot_password;
mod form;
mod mailed_link;
mod profile;
mod reset_password;
mod restore_email;
mod sign_up;

pub use change_email::ChangeEmail;
pub use change_password::ChangePassword;
pub use confirm_email::ConfirmEmail;
pub use create_account::CreateAccount;
pub use delete_account::DeleteAccount;
pub use forgot_password::ForgotPassword;
pub use form::{OwnerOfPassword, done, refused, text_of};
pub use profile::Profile;
pub use reset_password::ResetPassword;
pub use restore_email::RestoreEmail;
pub use sign_up::SignUp;
