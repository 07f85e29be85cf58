//! A server of its own for each test, and users as types.

mod answer;
mod forger;
mod process;
mod server;
mod slow;
mod users;

pub use answer::Answer;
pub use forger::{Forger, altered, key_files};
pub use process::{Process, countersign, run, with_ada};
pub use server::{PROTECTED, TestServer, form};
pub use slow::SlowClient;
pub use users::{Account, SignedIn};
