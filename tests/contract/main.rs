//! The HTTP contract and the command line, tested from outside. One file for each behaviour.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod accounts;
mod binary;
mod chaos;
mod colours;
mod cross_site;
mod events;
mod forged_tokens;
mod forms;
mod headers;
mod icons;
mod keys;
mod languages;
mod load;
mod log_in;
mod log_out;
mod logs;
mod operating;
mod overload;
mod own_sessions;
mod pages;
mod passwords;
mod races;
mod renewal;
mod requests;
mod security_cases;
mod slow_clients;
mod support;
mod theme;
mod throttling;
mod tls;
mod upkeep;
