use super::cookie::{has_cookie, write_cookie};
use crate::domain::ending_cookie;

/// The browser's note that its user has signed out and the server may not know yet. A cookie, so that it goes along
/// with the very next request, whichever that is, and outlives the tab as the session would.
#[derive(Debug)]
pub struct Ending;

const THIRTY_DAYS: u32 = 30 * 86400;

impl Ending {
    pub fn note() {
        write_cookie(ending_cookie, "1", THIRTY_DAYS);
    }

    pub fn forget() {
        write_cookie(ending_cookie, "", 0);
    }

    #[must_use]
    pub fn is_noted() -> bool {
        has_cookie(ending_cookie)
    }
}
