//! Test support: each test has its own server, and users are types.

mod connection;
mod database;
mod forger;
mod maildev;
mod mails;
mod process;
mod response;
mod server;
mod slow;
mod users;

pub use connection::{BlockingConnection, Connection};
pub use database::{
    PUBLIC_URL, adopt_keys, database_url, postgres_database_of, status_without_key, use_database_of,
};
pub use forger::{Forger, key_files, key_id_of, with_member};
pub use maildev::Maildev;
pub use mails::{
    ADDRESS, data_with_address, link_in, mails, serve_with_mail, wait_until_sent, with_mail,
};
pub use process::{
    Process, countersign, data_dir_with_ada, data_dir_with_ada_at, failure, finished, run,
    run_command, run_successfully, take_environment, traced,
};
pub use response::TestResponse;
pub use server::{PROTECTED, READING, TestServer, form};
pub use slow::SlowClient;
pub use users::{Account, SignedIn};
