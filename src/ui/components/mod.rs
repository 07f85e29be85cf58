//! Pieces that pages are made of.

mod alert;
mod card;
mod checkbox;
mod countdown;
mod fields;
mod loaded;
mod mark;
mod placeholder;
mod token_panel;

pub use alert::Alert;
pub use card::Card;
pub use checkbox::Checkbox;
pub use countdown::Countdown;
pub use fields::{PasswordField, TextField};
pub use loaded::Loaded;
pub use mark::Mark;
pub use placeholder::Placeholder;
pub use token_panel::TokenPanel;
