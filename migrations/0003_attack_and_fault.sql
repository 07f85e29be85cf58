-- What the database says of itself, in one row. A session of an earlier epoch is over: who puts an old copy back
-- begins a new epoch, so that no session that was ended since the copy was made comes back with it.
CREATE TABLE issuer (
    only      INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
    epoch     INTEGER NOT NULL,
    copied_at INTEGER                       -- set in a backup; opening one begins a new epoch and clears it
) STRICT;
INSERT INTO issuer (only, epoch) VALUES (1, 0);

ALTER TABLE sessions ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
-- For clearing away what has ended.
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Failed sign-ins in a row. There is a row for whatever was typed as a user name, whether or not there is such a user.
CREATE TABLE failed_logins (
    name_mac BLOB    PRIMARY KEY NOT NULL CHECK (length(name_mac) = 16), -- HMAC of the user name's comparison key
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    reported INTEGER NOT NULL DEFAULT 0                                  -- 1: the current wait is among the events
) STRICT, WITHOUT ROWID;
CREATE INDEX failed_logins_by_time ON failed_logins (last_at);

-- What happened and who did it. Users, sessions and keys are named even when they are there no more.
CREATE TABLE security_events (
    id         INTEGER PRIMARY KEY NOT NULL, -- the order in which they were committed
    at         INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    detail     TEXT,                         -- the reason, as a class; or the key
    user_id    BLOB,
    session_id BLOB,
    address    TEXT,                         -- NULL: the command line or the server itself
    agent      TEXT    NOT NULL
) STRICT;
CREATE INDEX security_events_by_time ON security_events (at);
CREATE INDEX security_events_by_user ON security_events (user_id, id);

-- The signing keys that were last seen in the key directory, so that whoever opens it records what has changed.
CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY NOT NULL            -- thumbprint of the public key (RFC 7638)
) STRICT, WITHOUT ROWID;
