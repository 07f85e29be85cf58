use super::{Flaw, Password, PreparedPassword, Username};

/// What somebody signs in with, ready to be checked; consumed once.
#[derive(Debug)]
pub struct Credentials {
    pub username: Username,
    pub password: PreparedPassword,
    /// "Keep me signed in".
    pub remember: bool,
}

impl Credentials {
    /// Reads credentials as they were typed.
    ///
    /// # Errors
    /// When one of them is empty or can't be one.
    pub fn parse(username: &str, password: &Password, remember: bool) -> Result<Self, Flaw> {
        Ok(Self {
            username: Username::parse(username)?,
            password: password.prepare()?,
            remember,
        })
    }
}
