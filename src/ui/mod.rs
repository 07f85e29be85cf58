//! Leptos: the authentication state, the guard, the pages with their components, and the texts.

mod auth;
mod branding;
mod components;
mod followed;
mod form;
mod guard;
mod interval;
mod lazy;
mod lead_on;
mod pages;
mod polled;
mod provider;
mod routes;
mod texts;

pub use auth::{Auth, use_auth};
pub use branding::Slot;
pub use components::Footer;
pub use guard::{Guarded, GuardedParentRoute, GuardedRoute};
pub(crate) use lazy::{ServerCalls, account_page, dashboard};
pub use lead_on::LeadOn;
pub use pages::{DashboardRoute, NotFound};
pub use provider::AuthProvider;
pub use routes::AuthRoutes;
pub use texts::{CommonTexts, ErrorTexts, LoginTexts, NoticeTexts, OurTexts, Texts, Translations};
