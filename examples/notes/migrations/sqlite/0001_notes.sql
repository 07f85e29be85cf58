-- The notes of each user of Countersign.
CREATE TABLE notes (
    id      INTEGER PRIMARY KEY,
    user_id BLOB NOT NULL,
    text    TEXT NOT NULL
) STRICT;

CREATE INDEX notes_of_user ON notes (user_id);
