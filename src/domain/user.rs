use serde::{Deserialize, Serialize};

use super::{UserId, Username};

/// Somebody who can sign in, as the browser may know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub username: Username,
}
