use std::{
    error::Error,
    io::{self, BufRead, IsTerminal, Read, Write},
};

use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::CommandResult;
use crate::{
    auth::{AuthService, NewPassword},
    domain::{Password, Timestamp, Username},
};

/// Writes a line to standard output. A closed pipe is an error, where `println!` would panic.
pub(super) fn print(line: std::fmt::Arguments<'_>) -> CommandResult {
    Ok(writeln!(io::stdout(), "{line}")?)
}

/// For printing in the format of RFC 3339, in UTC.
pub(super) fn utc(time: Timestamp) -> Result<jiff::Timestamp, jiff::Error> {
    jiff::Timestamp::from_second(time.0)
}

/// Reads how long a link is good: from a minute to 30 days.
pub(super) fn duration(typed: &str) -> Result<SignedDuration, String> {
    let duration = typed
        .parse::<Span>()
        .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()))
        .map_err(|_| "write it as 30m, 24h or 7d".to_owned())?;
    if !(SignedDuration::from_mins(1)..=SignedDuration::from_hours(30 * 24)).contains(&duration) {
        return Err("from a minute to 30 days".to_owned());
    }
    Ok(duration)
}

/// The maximum line that is read, in bytes. A password has at most 256 characters.
const MAX_LINE_BYTES: u64 = 4096;

/// Reads a new password: twice from the terminal, or once from standard input, up to the end of its
/// first line.
pub(super) fn read_new_password(
    auth: &AuthService,
    from_stdin: bool,
    owner: &Username,
) -> Result<NewPassword, Box<dyn Error>> {
    let stdin = io::stdin();
    match (from_stdin, stdin.is_terminal()) {
        (true, true) => {
            Err("a terminal would show the password: run this without --password-stdin".into())
        }
        (false, false) => {
            Err("there is no terminal to ask for a password: use --password-stdin".into())
        }
        (true, false) => {
            let mut text = String::new();
            let mut start = stdin.lock().take(MAX_LINE_BYTES);
            start
                .read_line(&mut text)
                .map_err(|error| unreadable(&error))?;
            let line = text.lines().next().unwrap_or_default();
            Ok(auth.new_password(&Password::new(line.to_owned()), owner)?)
        }
        (false, true) => {
            let typed = prompt("Password: ")?;
            let password = auth.new_password(&Password::new(typed.clone()), owner)?;
            if prompt("Repeat the password: ")? != typed {
                return Err("the two passwords differ; nothing was changed".into());
            }
            Ok(password)
        }
    }
}

/// Has somebody type the name of an account that is about to be deleted.
pub(super) fn confirm_by_name(name: &Username) -> CommandResult {
    if !io::stdin().is_terminal() {
        return Err("there is no terminal to ask for the name again: use --yes".into());
    }
    write!(
        io::stderr(),
        "Type {name} to delete this account for good: "
    )?;
    let mut line = String::new();
    io::stdin()
        .lock()
        .take(MAX_LINE_BYTES)
        .read_line(&mut line)?;
    if line.trim() != name.as_str() {
        return Err("that is another name; nothing was changed".into());
    }
    Ok(())
}

fn prompt(text: &str) -> Result<String, String> {
    rpassword::prompt_password(text).map_err(|error| unreadable(&error))
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::InvalidData => {
            "the password is not in UTF-8; nothing was changed".to_owned()
        }
        io::ErrorKind::UnexpectedEof => "no password was typed; nothing was changed".to_owned(),
        _ => format!("the password can't be read: {error}"),
    }
}
