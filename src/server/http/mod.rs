//! What every request and every answer goes through, and the addresses that are not pages.

mod answer;
mod bearer;
mod contract;
mod files;
mod guard;
mod log;
mod probes;

pub use answer::{answer, unavailable};
pub use bearer::{bearer_token, device_label};
pub use contract::{BODY_LIMIT_BYTES, hold_to_contract};
pub use files::{forbid_storing, site_files};
pub use guard::{request_context, signed_in};
pub use log::log_requests;
pub use probes::probes;
