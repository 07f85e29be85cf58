//! Leptos: the authentication state, the guard, the pages with their components, and the texts.

mod auth;
mod components;
mod form;
mod guard;
mod interval;
mod lazy;
mod lead_on;
mod pages;
mod polled;
mod provider;
mod texts;

pub use auth::Auth;
pub use components::Footer;
pub use guard::Guarded;
pub use lazy::load_current_page;
pub use lead_on::LeadOn;
pub use pages::{DashboardRoute, Login, NotFound};
pub use provider::AuthProvider;
pub use texts::{Texts, texts_of};
