//! Our own application: its routes, and the HTML document around them. `lib.rs` declares the files
//! that only one of the builds has: `router.rs` for the server, `hydrate.rs` for the browser.

mod home;
mod root;
mod shell;
mod sign;

pub use root::App;
pub use shell::shell;

/// The id of the element with the application. `watch_page.js` has it too.
pub const APP_ID: &str = "app";
