use crate::domain::SecurityEvent;

/// Writes the log line of a security event that was committed. The user agent is escaped, since a
/// client may send anything.
pub(super) fn log(event: &SecurityEvent) {
    let user_agent = event.actor.description();
    tracing::info!(
        event = event.kind.code(),
        detail = event.detail,
        user = event.user.map(tracing::field::display),
        session = event.session.map(tracing::field::display),
        ip = event.actor.ip().map(tracing::field::display),
        ?user_agent,
        "security event"
    );
}
