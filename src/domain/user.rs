use serde::{Deserialize, Serialize};

use super::{UserId, Username};

/// A user, with the fields that the browser may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub username: Username,
}
