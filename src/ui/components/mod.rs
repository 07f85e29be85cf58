//! The parts of pages.

mod alert;
mod async_panel;
mod auth_pending;
mod caps_lock;
mod card;
mod checkbox;
mod countdown;
mod error_summary;
mod fields;
mod footer;
mod icons;
mod language_switch;
mod live_text;
mod local_time;
mod logo;
mod main_content;
mod page_field;
mod page_heading;
mod theme_switch;
mod token_panel;

pub use alert::Alert;
pub use async_panel::AsyncPanel;
pub use auth_pending::AuthPending;
pub use card::Card;
pub use checkbox::Checkbox;
pub use countdown::Countdown;
pub use error_summary::ErrorSummary;
pub use fields::{PasswordField, TextField};
pub use footer::Footer;
pub use live_text::LiveText;
pub use local_time::LocalTime;
pub use logo::Logo;
pub use main_content::MainContent;
pub use page_heading::PageHeading;
pub use token_panel::TokenPanel;
