//! Our own application: its routes, and the HTML document around them. The entry point of the wasm
//! is `hydrate.rs`, which `lib.rs` declares because only the browser's build has it.

mod home;
mod root;
mod shell;

pub use root::App;
pub use shell::shell;
