-- The users of Countersign who have added notes.
CREATE TABLE note_owners (
    user_id TEXT PRIMARY KEY
) STRICT;

CREATE TABLE notes (
    id      INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES note_owners,
    text    TEXT NOT NULL
) STRICT;

CREATE INDEX notes_of_user ON notes (user_id);
