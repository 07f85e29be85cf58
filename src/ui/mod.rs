//! The face: what people see, and the client's state of who is there.

mod app;
mod auth;
mod calls;
mod components;
mod first_render;
mod foot;
mod guard;
mod latest;
mod live;
mod pages;
mod shell;
mod texts;

pub use app::{App, is_guarded, load_page};
pub use first_render::{FailedAttempt, FirstRender, Notice};
pub use shell::shell;
