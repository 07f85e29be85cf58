-- The renewal cookie of a session is `sid.counter.mac`; the counter below is the one that gives the next.
ALTER TABLE sessions ADD COLUMN renewal_counter INTEGER NOT NULL DEFAULT 0;
-- When the counter last advanced: the cookie before it is good for half a minute from then on.
ALTER TABLE sessions ADD COLUMN rotated_at INTEGER NOT NULL DEFAULT 0;
-- The session is over when it was not seen for so long; NULL: only expires_at counts.
ALTER TABLE sessions ADD COLUMN idle_seconds INTEGER;
