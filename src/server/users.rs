use rand::seq::IndexedRandom;
use thiserror::Error;

use super::{Client, StoreError, Vault, VaultError, store::StoredUser, vault::new_id};
use crate::domain::{InvalidPassword, NewPassword, Password, User, UserId, Username};

/// Why an account could not be made or changed. The text is for whoever runs the command.
#[derive(Debug, Error)]
pub enum AccountError {
    #[error("there is a user {0} already; choose another name")]
    Taken(Username),
    #[error("there is no user {0}; `countersign user list` shows them all")]
    Unknown(Username),
    #[error(transparent)]
    Password(#[from] InvalidPassword),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Vault(error.into())
    }
}

/// Without 0, O, 1, l and I, which look alike.
const READABLE: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

impl Vault {
    /// Makes an account.
    ///
    /// # Errors
    /// When the name is taken or the database does not answer.
    pub async fn add_user(
        &self,
        name: Username,
        password: &NewPassword,
        client: &Client,
    ) -> Result<User, AccountError> {
        let parts = self.parts();
        let hash = parts
            .passwords
            .hash(password.prepared().clone())
            .await
            .map_err(VaultError::from)?;
        let now = parts.clock.now();
        let user = User {
            id: UserId(new_id(now)),
            username: name,
        };
        if parts.store.insert_user(&user, &hash, client, now).await? {
            return Ok(user);
        }
        Err(AccountError::Taken(user.username))
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list_users(&self) -> Result<Vec<StoredUser>, AccountError> {
        Ok(self.parts().store.list_users().await?)
    }

    /// Shuts a user out at once: no new session, and the open ones end.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn disable_user(&self, name: &Username, client: &Client) -> Result<(), AccountError> {
        let parts = self.parts();
        known(
            name,
            parts
                .store
                .disable_user(name, client, parts.clock.now())
                .await?,
        )
    }

    /// Lets a disabled user sign in again, and forgets the sign-ins that have failed. The sessions that were ended stay
    /// ended.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn enable_user(&self, name: &Username, client: &Client) -> Result<(), AccountError> {
        let parts = self.parts();
        known(
            name,
            parts
                .store
                .enable_user(
                    name,
                    parts.throttle_key.of_name(name),
                    client,
                    parts.clock.now(),
                )
                .await?,
        )
    }

    /// Gives a user another password and ends their open sessions.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn set_password(
        &self,
        name: &Username,
        password: &NewPassword,
        client: &Client,
    ) -> Result<(), AccountError> {
        let parts = self.parts();
        let hash = parts
            .passwords
            .hash(password.prepared().clone())
            .await
            .map_err(VaultError::from)?;
        let tally = parts.throttle_key.of_name(name);
        known(
            name,
            parts
                .store
                .set_password(name, tally, &hash, client, parts.clock.now())
                .await?,
        )
    }

    /// Makes the account `demo` with a random password, if there is no account at all. Gives the password, which
    /// is kept nowhere else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn add_demo_user(&self, client: &Client) -> Result<Option<String>, AccountError> {
        if self.parts().store.has_users().await? {
            return Ok(None);
        }
        let letters: Vec<u8> = {
            let mut random = rand::rng();
            (0..16)
                .filter_map(|_| READABLE.choose(&mut random).copied())
                .collect()
        };
        let password = letters
            .chunks(4)
            .map(String::from_utf8_lossy)
            .collect::<Vec<_>>()
            .join("-");
        let name = Username::from_stored("demo".to_owned());
        let new = NewPassword::parse(&Password::new(password.clone()), &name)?;
        self.add_user(name, &new, client).await?;
        Ok(Some(password))
    }
}

fn known(name: &Username, found: bool) -> Result<(), AccountError> {
    if found {
        Ok(())
    } else {
        Err(AccountError::Unknown(name.clone()))
    }
}
