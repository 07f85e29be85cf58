//! Black-box tests of the HTTP contract and of the command line, with one file for each behaviour.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod accounts;
mod attempts;
mod chaos;
mod colours;
mod cookies;
mod cross_site;
mod database;
mod deletion;
mod email_change;
mod environment;
mod events;
mod forged_tokens;
mod forms;
mod headers;
mod host;
mod icons;
mod identifiers;
mod keys;
mod languages;
mod load;
mod login;
mod logout;
mod logs;
mod mail;
mod mailed_links;
mod mistakes;
mod operator;
mod overload;
mod own_account;
mod own_sessions;
mod pages;
mod password_change;
mod password_hashes;
mod password_length;
mod password_reset;
mod postgres;
mod races;
mod refresh;
mod requests;
mod security_cases;
mod serve;
mod sign_up;
mod sign_up_mails;
mod slow_clients;
mod sqlite;
mod stylesheet;
mod support;
mod theme;
mod throttling;
mod tls;
