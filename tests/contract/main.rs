//! The HTTP contract and the command line, tested from outside. One file for each behaviour.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod accounts;
mod binary;
mod cross_site;
mod forged_tokens;
mod forms;
mod headers;
mod keys;
mod log_in;
mod log_out;
mod logs;
mod pages;
mod races;
mod renewal;
mod requests;
mod slow_clients;
mod support;
mod tls;
