use std::collections::BTreeSet;

use crate::domain::{Actor, EventKind, SecurityEvent, Timestamp};

/// The events of the signing keys that were added and removed.
pub(super) fn key_events(
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
    actor: &Actor,
    now: Timestamp,
) -> Vec<SecurityEvent> {
    let event = |kind, id: &String| SecurityEvent::new(kind, actor, now).with_detail(id);
    let added = after.difference(before);
    let removed = before.difference(after);
    added
        .map(|id| event(EventKind::KeyAdded, id))
        .chain(removed.map(|id| event(EventKind::KeyRemoved, id)))
        .collect()
}
