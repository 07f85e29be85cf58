use serde::Deserialize;
use strum::{EnumString, IntoStaticStr};

use super::paths;

/// Who may create an account: the setting `accounts.registration`. The code of each is its name in
/// snake case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, IntoStaticStr, EnumString)]
#[cfg_attr(test, derive(strum::VariantArray))]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Registration {
    /// Operators only.
    #[default]
    Closed,
    /// Whoever an operator has invited.
    Invite,
    /// Whoever confirms an e-mail address, and whoever an operator has invited.
    Open,
}

impl Registration {
    /// Whether there is a page at one of our paths.
    #[must_use]
    pub fn has_page(self, path: &str) -> bool {
        match path {
            paths::SIGN_UP => self == Self::Open,
            paths::CREATE_ACCOUNT => self != Self::Closed,
            _ => true,
        }
    }
}
