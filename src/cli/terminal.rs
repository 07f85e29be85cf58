use std::{
    error::Error,
    io::{self, IsTerminal, Read, Write},
};

use super::CommandResult;
use crate::domain::{NewPassword, Password, Timestamp, Username};

/// Writes a line to standard output. A closed pipe is an error, where `println!` would panic.
pub(super) fn print(line: std::fmt::Arguments<'_>) -> CommandResult {
    Ok(writeln!(io::stdout(), "{line}")?)
}

/// For printing in the format of RFC 3339, in UTC.
pub(super) fn utc(time: Timestamp) -> Result<jiff::Timestamp, jiff::Error> {
    jiff::Timestamp::from_second(time.0)
}

/// Reads a new password: twice from the terminal, or once from standard input.
pub(super) fn read_new_password(
    from_stdin: bool,
    owner: &Username,
) -> Result<NewPassword, Box<dyn Error>> {
    if from_stdin {
        let mut text = String::new();
        io::stdin().take(4096).read_to_string(&mut text)?;
        let line = text.lines().next().unwrap_or_default();
        return Ok(NewPassword::parse(&Password::new(line.to_owned()), owner)?);
    }
    if !io::stdin().is_terminal() {
        return Err("there is no terminal to ask for a password: use --password-stdin".into());
    }
    let typed = rpassword::prompt_password("Password: ")?;
    let password = NewPassword::parse(&Password::new(typed.clone()), owner)?;
    if rpassword::prompt_password("Repeat the password: ")? != typed {
        return Err("the two passwords differ; nothing was changed".into());
    }
    Ok(password)
}
