use super::{InputError, Password, PreparedPassword, Username};

/// A user name and a password, ready to be verified. Consumed once.
#[derive(Debug)]
pub struct Credentials {
    pub username: Username,
    pub password: PreparedPassword,
}

impl Credentials {
    /// Reads credentials as they were typed.
    ///
    /// # Errors
    /// When one of them is empty or not valid.
    pub fn parse(username: &str, password: &Password) -> Result<Self, InputError> {
        Ok(Self {
            username: Username::parse(username)?,
            password: password.prepare()?,
        })
    }
}
