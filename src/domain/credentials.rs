use super::{Identifier, InputError, Password, PreparedPassword};

/// A user name or an e-mail address, and a password, ready to be verified. Consumed once.
#[derive(Debug)]
pub struct Credentials {
    pub identifier: Identifier,
    pub password: PreparedPassword,
}

impl Credentials {
    /// Reads credentials as they were typed.
    ///
    /// # Errors
    /// When one of them is empty or not valid.
    pub fn parse(identifier: &str, password: &Password) -> Result<Self, InputError> {
        Ok(Self {
            identifier: Identifier::parse(identifier)?,
            password: password.prepare()?,
        })
    }
}
