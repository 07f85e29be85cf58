//! Pieces that pages are made of.

mod alert;
mod caps_lock;
mod card;
mod checkbox;
mod countdown;
mod error_summary;
mod fields;
mod icons;
mod language_switch;
mod loaded;
mod mark;
mod page_heading;
mod placeholder;
mod theme_switch;
mod token_panel;

pub use alert::Alert;
pub use card::Card;
pub use checkbox::Checkbox;
pub use countdown::Countdown;
pub use error_summary::ErrorSummary;
pub use fields::{PasswordField, TextField};
pub use language_switch::LanguageSwitch;
pub use loaded::Loaded;
pub use mark::Mark;
pub use page_heading::PageHeading;
pub use placeholder::Placeholder;
pub use theme_switch::ThemeSwitch;
pub use token_panel::TokenPanel;
