//! What every request and every answer goes through, and the addresses that are not pages.

mod answer;
mod bearer;
mod choices;
mod client;
mod contract;
mod files;
mod gate;
mod guard;
mod hand_out;
mod limits;
mod log;
mod log_in;
mod me;
mod probes;
mod same_origin;
mod secure_headers;

pub use answer::{answer, unavailable};
pub use bearer::bearer_token;
pub use choices::{language_of, remember_language, remember_theme, theme_of};
pub use contract::{accept_own_forms, hold_to_contract};
pub use files::SiteFiles;
pub use gate::Gate;
pub use guard::{Asked, asked, signed_in};
pub use hand_out::{CLEAR_STORAGE, end_if_noted, forget, hand_out};
pub use log_in::log_in;
pub use me::me;
pub use probes::probes;
pub use same_origin::is_same_origin;
pub use secure_headers::page_policy;
