use serde::{Deserialize, Serialize};

use super::{UserId, Username};

/// A user, with the fields that the browser may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// What an application's own tables refer to a user by.
    pub id: UserId,
    /// The name, which may change.
    pub username: Username,
}
