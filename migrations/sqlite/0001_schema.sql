-- Every time is in seconds since 1970-01-01T00:00:00Z. Every id is a UUID in 16 bytes.

-- The accounts.
CREATE TABLE countersign_users (
    id            BLOB    PRIMARY KEY NOT NULL CHECK (length(id) = 16), -- the `sub` claim of tokens
    username      TEXT    NOT NULL,                 -- in its owner's spelling
    username_key  TEXT    NOT NULL UNIQUE,          -- equal for equal spellings (RFC 8266)
    password_hash TEXT    NOT NULL,                 -- PHC string, argon2id
    password_generation INTEGER NOT NULL DEFAULT 0, -- how often it was set anew
    email         TEXT,                             -- in its owner's spelling; NULL: none
    email_key     TEXT    UNIQUE,                   -- equal for equal spellings
    email_generation INTEGER NOT NULL DEFAULT 0,    -- how often the address was set anew
    display_name  TEXT,                             -- NULL: the user name is shown
    created_at    INTEGER NOT NULL,
    disabled_at   INTEGER,                          -- NULL: may sign in
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT, WITHOUT ROWID;

-- One row for each login on one device. A token is accepted only while its session is live: the
-- row exists, is not revoked, has neither expired nor been idle for too long, is of the current
-- epoch, and its user is enabled.
CREATE TABLE countersign_sessions (
    id              BLOB    PRIMARY KEY NOT NULL CHECK (length(id) = 16), -- the `sid` claim
    user_id         BLOB    NOT NULL REFERENCES countersign_users (id),
    epoch           INTEGER NOT NULL,               -- countersign_instance.epoch at the login
    user_agent      TEXT    NOT NULL,
    name            TEXT,                           -- what its owner calls it
    created_at      INTEGER NOT NULL,
    last_seen_at    INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,              -- when the password was given last
    expires_at      INTEGER NOT NULL,               -- the absolute end
    idle_seconds    INTEGER,                        -- maximum time unused; NULL: no limit
    refresh_counter INTEGER NOT NULL DEFAULT 0,     -- counter of the current refresh token
    rotated_at      INTEGER NOT NULL,               -- when the counter was last incremented
    revoked_at      INTEGER,
    revoked_reason  TEXT,
    CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX countersign_sessions_by_user ON countersign_sessions (user_id)
    WHERE revoked_at IS NULL;
CREATE INDEX countersign_sessions_by_end ON countersign_sessions (expires_at); -- for pruning

-- Failed logins in a row, for whatever was typed as a user name or an e-mail address, whether
-- or not it exists, and for the user found.
CREATE TABLE countersign_failed_logins (
    key      BLOB    PRIMARY KEY NOT NULL CHECK (length(key) = 16), -- an HMAC
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    reported INTEGER NOT NULL DEFAULT 0             -- 1: the current delay is in the audit log
) STRICT, WITHOUT ROWID;
CREATE INDEX countersign_failed_logins_by_time ON countersign_failed_logins (last_at);

-- Attempts to sign in whose password is being checked.
CREATE TABLE countersign_login_attempts (
    id          BLOB    PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    key         BLOB    NOT NULL CHECK (length(key) = 16),      -- as in countersign_failed_logins
    -- Counted for this too: the user's key, or with a device cookie that of all their device cookies.
    user_key    BLOB    CHECK (length(user_key) = 16),
    begun_at    INTEGER NOT NULL,
    counted     INTEGER NOT NULL DEFAULT 0          -- 1: it was undecided for too long, so it failed
) STRICT, WITHOUT ROWID;
CREATE INDEX countersign_login_attempts_by_key ON countersign_login_attempts (key);
CREATE INDEX countersign_login_attempts_by_user_key ON countersign_login_attempts (user_key)
    WHERE user_key IS NOT NULL;
CREATE INDEX countersign_login_attempts_by_time ON countersign_login_attempts (begun_at);

-- One-time tokens, of mailed links. A token is deleted when it is used.
CREATE TABLE countersign_one_time_tokens (
    hash       BLOB    PRIMARY KEY NOT NULL CHECK (length(hash) = 32), -- its SHA-256
    purpose    TEXT    NOT NULL,                    -- it is good for nothing else
    user_id    BLOB    REFERENCES countersign_users (id), -- NULL: it creates an account
    address    TEXT,                                -- the e-mail address that it sets, if it does
    -- Of the password when it was made, and a change of that makes it void. With the purpose
    -- email_restoration: of the e-mail address, and nothing but an earlier one makes it void.
    generation INTEGER,
    invitation_id BLOB CHECK (length(invitation_id) = 16), -- NULL: nobody was invited
    expires_at INTEGER NOT NULL,
    CHECK ((user_id IS NULL) = (generation IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX countersign_one_time_tokens_by_user ON countersign_one_time_tokens (user_id);
CREATE INDEX countersign_one_time_tokens_by_end ON countersign_one_time_tokens (expires_at);
CREATE INDEX countersign_one_time_tokens_by_invitation
    ON countersign_one_time_tokens (invitation_id) WHERE invitation_id IS NOT NULL;

-- Mails. A row holds no link: the token of a link is made when the mail is sent.
CREATE TABLE countersign_mails (
    id           BLOB    PRIMARY KEY NOT NULL CHECK (length(id) = 16),
    kind         TEXT    NOT NULL,
    typed        TEXT,                              -- whose account, as it was typed in a form
    user_id      BLOB,                              -- the same, once it was looked up
    recipient    TEXT,                              -- its address; NULL: that of the account
    generation   INTEGER,                           -- of its link; NULL: the current one, or no link
    language     TEXT    NOT NULL,                  -- BCP 47 tag
    ip           TEXT,                              -- of whoever asked for it, as in the audit log
    user_agent   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    due_at       INTEGER,                           -- of the next attempt; NULL: sent or given up
    attempts     INTEGER NOT NULL DEFAULT 0,
    unanswered   INTEGER NOT NULL DEFAULT 0,        -- how often it was sent without a reply
    mailbox      TEXT,                              -- the key of its address, to limit their number
    addressed_at INTEGER,                           -- when that was last looked up
    sent_at      INTEGER,
    error        TEXT                               -- of the last attempt
) STRICT, WITHOUT ROWID;
CREATE INDEX countersign_mails_by_due ON countersign_mails (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX countersign_mails_by_mailbox ON countersign_mails (mailbox, addressed_at);
CREATE INDEX countersign_mails_by_user ON countersign_mails (user_id, addressed_at);
CREATE INDEX countersign_mails_by_time ON countersign_mails (created_at);

-- The audit log. It keeps the ids of users, sessions and keys that no longer exist.
CREATE TABLE countersign_security_events (
    id         INTEGER PRIMARY KEY NOT NULL,        -- in the order of the commits
    at         INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    detail     TEXT,                                -- the reason as a code, or the id of a key
    user_id    BLOB,
    session_id BLOB,
    ip         TEXT,                                -- NULL: the command line or the server itself
    user_agent TEXT    NOT NULL
) STRICT;
CREATE INDEX countersign_security_events_by_time ON countersign_security_events (at);
CREATE INDEX countersign_security_events_by_user ON countersign_security_events (user_id, id);

-- The ids of the signing keys that were last seen in the key directory.
CREATE TABLE countersign_signing_keys (
    kid TEXT PRIMARY KEY NOT NULL                   -- thumbprint of the public key (RFC 7638)
) STRICT, WITHOUT ROWID;

-- One row about the database itself. A session of an earlier epoch is over.
CREATE TABLE countersign_instance (
    only      INTEGER PRIMARY KEY NOT NULL CHECK (only = 1),
    epoch     INTEGER NOT NULL,
    copied_at INTEGER                               -- set in a backup; its opening begins an epoch
) STRICT;
INSERT INTO countersign_instance (only, epoch) VALUES (1, 0);
