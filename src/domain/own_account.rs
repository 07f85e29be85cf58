use serde::{Deserialize, Serialize};

use super::{DisplayName, EmailAddress};

/// What the owner of an account sees of it, apart from the user name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnAccount {
    pub display_name: Option<DisplayName>,
    pub email: Option<EmailAddress>,
    /// Whether the server can send mail, without which the address can't be changed.
    pub has_mail: bool,
}
