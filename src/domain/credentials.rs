use super::{Password, PreparedPassword, Username};

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
    /// When one of them is empty or can't be one: the text for who typed it.
    pub fn parse(username: &str, password: &Password, remember: bool) -> Result<Self, String> {
        Ok(Self {
            username: Username::parse(username).map_err(|error| error.to_string())?,
            password: password.prepare().map_err(|error| error.to_string())?,
            remember,
        })
    }
}
