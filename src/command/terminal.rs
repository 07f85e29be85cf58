use std::{
    error::Error,
    io::{self, IsTerminal, Read, Write},
};

use countersign::domain::{NewPassword, Password, Timestamp, Username};

use super::Outcome;

/// Writes a line to standard output. A pipe that is closed there is an error here, and no panic.
pub fn say(line: std::fmt::Arguments<'_>) -> Outcome {
    Ok(writeln!(io::stdout(), "{line}")?)
}

/// A moment as RFC 3339 writes it, in UTC.
pub fn in_utc(moment: Timestamp) -> Result<jiff::Timestamp, jiff::Error> {
    jiff::Timestamp::from_second(moment.0)
}

/// The password to set: asked for on the terminal, twice; or once from standard input.
pub fn ask_password(from_stdin: bool, owner: &Username) -> Result<NewPassword, Box<dyn Error>> {
    if from_stdin {
        let mut text = String::new();
        io::stdin().take(4096).read_to_string(&mut text)?;
        let line = text.lines().next().unwrap_or_default();
        return Ok(NewPassword::parse(&Password::new(line.to_owned()), owner)?);
    }
    if !io::stdin().is_terminal() {
        return Err("there is no terminal to ask for a password on: use --password-stdin".into());
    }
    let typed = rpassword::prompt_password("Password: ")?;
    let password = NewPassword::parse(&Password::new(typed.clone()), owner)?;
    if rpassword::prompt_password("Once more: ")? != typed {
        return Err("the two passwords differ; nothing was changed".into());
    }
    Ok(password)
}
