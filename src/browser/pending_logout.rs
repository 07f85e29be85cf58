use super::cookie::{has_cookie, write_cookie};
use crate::domain::CookieName;

/// Marks this browser as signed out while the server may not know it yet. A cookie, so that the
/// next request carries it, whichever that is, and so that it outlives the tab as the session does.
#[derive(Debug)]
pub struct PendingLogout;

const THIRTY_DAYS: u32 = 30 * 86400;

impl PendingLogout {
    pub fn set() {
        write_cookie(CookieName::PendingLogout, "1", THIRTY_DAYS);
    }

    pub fn clear() {
        write_cookie(CookieName::PendingLogout, "", 0);
    }

    #[must_use]
    pub fn is_set() -> bool {
        has_cookie(CookieName::PendingLogout)
    }
}
