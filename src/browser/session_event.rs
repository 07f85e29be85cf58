/// An event of this tab's session that the page has not caused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionEvent {
    /// A new access token is stored.
    Refreshed,
    /// The server has refused the session.
    Ended,
    SignedOutElsewhere,
    SignedInElsewhere {
        /// The name, if the other tab has told it.
        username: Option<String>,
    },
}
