//! The face: what people see, and the client's state of who is there.

mod app;
mod auth;
mod components;
mod guard;
mod pages;
mod shell;

pub use app::App;
pub use shell::shell;
