use super::{
    cookie::{has_cookie, write_cookie},
    storage::{get, local_storage, remove, set},
};
use crate::domain::{CookieName, SessionId};

/// Marks this browser as signed out while the server may not know it yet. A cookie, so that the
/// next request carries it, whichever that is, and so that it outlives the tab as the session does.
///
/// Safari and Brave keep a cookie that a script has set for seven days, and the session may last
/// longer. So local storage has a copy, which names the session: it may be left behind, and must not
/// end a session that began since.
#[derive(Debug)]
pub struct PendingLogout;

const KEY: &str = "countersign.pending_logout";

impl PendingLogout {
    /// `session` is the one that was signed out of, if the page knows it.
    pub fn set(session: Option<SessionId>) {
        write_cookie(
            CookieName::PendingLogout,
            "1",
            CookieName::PENDING_LOGOUT_SECONDS,
        );
        if let Some(session) = session {
            set(local_storage(), KEY, &session.to_string());
        }
    }

    pub fn clear() {
        write_cookie(CookieName::PendingLogout, "", 0);
        forget_session();
    }

    #[must_use]
    pub fn is_set() -> bool {
        has_cookie(CookieName::PendingLogout)
    }

    /// Sets the cookie again if the user has signed out of `session`, which the server still holds
    /// to be live. Returns whether that is so.
    #[must_use]
    pub fn restore(session: SessionId) -> bool {
        let signed_out = get(local_storage(), KEY);
        let is_same = signed_out.is_some_and(|id| id == session.to_string());
        if is_same {
            Self::set(Some(session));
        } else {
            forget_session();
        }
        is_same
    }
}

fn forget_session() {
    remove(local_storage(), KEY);
}
