-- The users of Countersign who have added notes.
CREATE TABLE note_owners (
    user_id TEXT PRIMARY KEY
);

CREATE TABLE notes (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES note_owners,
    text    TEXT NOT NULL
);

CREATE INDEX notes_of_user ON notes (user_id);
