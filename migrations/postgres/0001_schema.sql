-- Every time is in seconds since 1970-01-01T00:00:00Z, by the clock of this database.

-- The accounts.
CREATE TABLE countersign_users (
    id            UUID   PRIMARY KEY,               -- the `sub` claim of tokens
    username      TEXT   NOT NULL,                  -- in its owner's spelling
    username_key  TEXT   COLLATE "C" NOT NULL UNIQUE, -- equal for equal spellings (RFC 8266)
    password_hash TEXT   NOT NULL,                  -- PHC string, argon2id
    password_generation BIGINT NOT NULL DEFAULT 0,  -- how often it was set anew
    email         TEXT,                             -- in its owner's spelling; NULL: none
    email_key     TEXT   COLLATE "C" UNIQUE,        -- equal for equal spellings
    email_generation BIGINT NOT NULL DEFAULT 0,     -- how often the address was set anew
    display_name  TEXT,                             -- NULL: the user name is shown
    created_at    BIGINT NOT NULL,
    disabled_at   BIGINT,                           -- NULL: may sign in
    CHECK ((email IS NULL) = (email_key IS NULL))
);

-- One row for each login on one device. A token is accepted only while its session is live: the
-- row exists, is not revoked, has neither expired nor been idle for too long, is of the current
-- epoch, and its user is enabled.
CREATE TABLE countersign_sessions (
    id              UUID   PRIMARY KEY,             -- the `sid` claim
    user_id         UUID   NOT NULL REFERENCES countersign_users (id),
    epoch           BIGINT NOT NULL,                -- countersign_instance.epoch at the login
    user_agent      TEXT   NOT NULL,
    name            TEXT,                           -- what its owner calls it
    created_at      BIGINT NOT NULL,
    last_seen_at    BIGINT NOT NULL,
    authenticated_at BIGINT NOT NULL,               -- when the password was given last
    expires_at      BIGINT NOT NULL,                -- the absolute end
    idle_seconds    BIGINT,                         -- maximum time unused; NULL: no limit
    refresh_counter BIGINT NOT NULL DEFAULT 0,      -- counter of the current refresh token
    rotated_at      BIGINT NOT NULL,                -- when the counter was last incremented
    revoked_at      BIGINT,
    revoked_reason  TEXT,
    CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
);
CREATE INDEX countersign_sessions_by_user ON countersign_sessions (user_id)
    WHERE revoked_at IS NULL;
CREATE INDEX countersign_sessions_by_end ON countersign_sessions (expires_at); -- for pruning

-- Failed logins in a row, for whatever was typed as a user name or an e-mail address, whether
-- or not it exists, and for the user found. The row of a key is also its lock: attempts with the same
-- key are admitted one after the other.
CREATE TABLE countersign_failed_logins (
    key      BYTEA   PRIMARY KEY CHECK (octet_length(key) = 16), -- an HMAC
    failures BIGINT  NOT NULL,
    last_at  BIGINT  NOT NULL,
    reported BOOLEAN NOT NULL DEFAULT FALSE         -- the current delay is in the audit log
);
CREATE INDEX countersign_failed_logins_by_time ON countersign_failed_logins (last_at);

-- Attempts to sign in whose password is being checked.
CREATE TABLE countersign_login_attempts (
    id          UUID    PRIMARY KEY,
    key         BYTEA   NOT NULL CHECK (octet_length(key) = 16), -- as in countersign_failed_logins
    -- Counted for this too: the user's key, or with a device cookie that of all their device cookies.
    user_key    BYTEA   CHECK (octet_length(user_key) = 16),
    begun_at    BIGINT  NOT NULL,
    counted     BOOLEAN NOT NULL DEFAULT FALSE      -- it was undecided for too long, so it failed
);
CREATE INDEX countersign_login_attempts_by_key ON countersign_login_attempts (key);
CREATE INDEX countersign_login_attempts_by_user_key ON countersign_login_attempts (user_key)
    WHERE user_key IS NOT NULL;
CREATE INDEX countersign_login_attempts_by_time ON countersign_login_attempts (begun_at);

-- One-time tokens, of mailed links. A token is deleted when it is used.
CREATE TABLE countersign_one_time_tokens (
    hash       BYTEA  PRIMARY KEY CHECK (octet_length(hash) = 32), -- its SHA-256
    purpose    TEXT   NOT NULL,                     -- it is good for nothing else
    user_id    UUID   REFERENCES countersign_users (id), -- NULL: it creates an account
    address    TEXT,                                -- the e-mail address that it sets, if it does
    -- Of the password when it was made, and a change of that makes it void. With the purpose
    -- email_restoration: of the e-mail address, and nothing but an earlier one makes it void.
    generation BIGINT,
    invitation_id UUID,                             -- NULL: nobody was invited
    expires_at BIGINT NOT NULL,
    CHECK ((user_id IS NULL) = (generation IS NULL))
);
CREATE INDEX countersign_one_time_tokens_by_user ON countersign_one_time_tokens (user_id);
CREATE INDEX countersign_one_time_tokens_by_end ON countersign_one_time_tokens (expires_at);
CREATE INDEX countersign_one_time_tokens_by_invitation
    ON countersign_one_time_tokens (invitation_id) WHERE invitation_id IS NOT NULL;

-- Mails. A row holds no link: the token of a link is made when the mail is sent.
CREATE TABLE countersign_mails (
    id           UUID   PRIMARY KEY,
    kind         TEXT   NOT NULL,
    typed        TEXT,                              -- whose account, as it was typed in a form
    user_id      UUID,                              -- the same, once it was looked up
    recipient    TEXT,                              -- its address; NULL: that of the account
    generation   BIGINT,                            -- of its link; NULL: the current one, or no link
    language     TEXT   NOT NULL,                   -- BCP 47 tag
    ip           TEXT,                              -- of whoever asked for it, as in the audit log
    user_agent   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    due_at       BIGINT,                            -- of the next attempt; NULL: sent or given up
    attempts     BIGINT NOT NULL DEFAULT 0,
    unanswered   BIGINT NOT NULL DEFAULT 0,         -- how often it was sent without a reply
    mailbox      TEXT   COLLATE "C",                -- the key of its address, to limit their number
    addressed_at BIGINT,                            -- when that was last looked up
    sent_at      BIGINT,
    error        TEXT                               -- of the last attempt
);
CREATE INDEX countersign_mails_by_due ON countersign_mails (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX countersign_mails_by_mailbox ON countersign_mails (mailbox, addressed_at);
CREATE INDEX countersign_mails_by_user ON countersign_mails (user_id, addressed_at);
CREATE INDEX countersign_mails_by_time ON countersign_mails (created_at);

-- The audit log. It keeps the ids of users, sessions and keys that no longer exist.
CREATE TABLE countersign_security_events (
    id         BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at         BIGINT NOT NULL,
    kind       TEXT   NOT NULL,
    detail     TEXT,                                -- the reason as a code, or the id of a key
    user_id    UUID,
    session_id UUID,
    ip         TEXT,                                -- NULL: the command line or the server itself
    user_agent TEXT   NOT NULL
);
CREATE INDEX countersign_security_events_by_time ON countersign_security_events (at);
CREATE INDEX countersign_security_events_by_user ON countersign_security_events (user_id, id);

-- The keys that every server on this database has to have, and no others.
CREATE TABLE countersign_keys (
    id         TEXT PRIMARY KEY, -- the `kid` (RFC 7638), or a fingerprint for a key of the cookies
    signs_from BIGINT            -- when the key begins to sign; NULL: it is a key of the cookies
);

-- One row for each process that serves: a counter that it commits durably, and reads with each check
-- where database.durable_on is set.
CREATE TABLE countersign_servers (
    id      UUID   PRIMARY KEY,
    counter BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- One row about the database itself. A session of an earlier epoch is over.
CREATE TABLE countersign_instance (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    epoch          BIGINT  NOT NULL,
    -- A dump that was put back, or a copy in another cluster, differs in these: it begins an epoch.
    sessions_table BIGINT,                          -- the OID of countersign_sessions
    system         BIGINT,                          -- pg_control_system(); NULL: it has none
    public_url     TEXT,                            -- of every server; NULL: none has started yet
    -- The number of the first migration that a program has to know to serve this schema. A migration
    -- that an older program can go on with leaves it as it is.
    serves_from    BIGINT  NOT NULL
);
INSERT INTO countersign_instance (id, epoch, sessions_table, serves_from)
    VALUES (1, 0, 'countersign_sessions'::regclass::oid::bigint, 1);
