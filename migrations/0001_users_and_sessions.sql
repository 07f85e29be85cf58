-- Somebody who can sign in.
CREATE TABLE users (
    id            BLOB    PRIMARY KEY NOT NULL CHECK (length(id) = 16), -- UUID, the `sub` of tokens
    username      TEXT    NOT NULL,                                    -- as its owner writes it
    username_key  TEXT    NOT NULL UNIQUE,                             -- what equal spellings share (RFC 8266)
    password_hash TEXT    NOT NULL,                                    -- PHC string, argon2id
    created_at    INTEGER NOT NULL,                                    -- seconds since 1970, like every time here
    disabled_at   INTEGER                                              -- NULL: may sign in
) STRICT, WITHOUT ROWID;

-- One login on one device. A token counts only while its session is here and not revoked;
-- a row that is missing is a session that is over.
CREATE TABLE sessions (
    id             BLOB    PRIMARY KEY NOT NULL CHECK (length(id) = 16), -- UUID, the `sid` of tokens
    user_id        BLOB    NOT NULL REFERENCES users (id),
    created_at     INTEGER NOT NULL,
    last_seen_at   INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,                                    -- over from then on, whatever happens
    device         TEXT    NOT NULL,                                    -- what the browser said it is
    revoked_at     INTEGER,
    revoked_reason TEXT,
    CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id) WHERE revoked_at IS NULL;
