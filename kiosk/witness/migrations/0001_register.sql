-- One row: tells whether a counter has the key that the marks were made with. It says nothing about the key itself.
CREATE TABLE witness_key (
  site INTEGER PRIMARY KEY CHECK (site = 1),
  key_check TEXT NOT NULL CHECK (length(key_check) = 64)
);

-- One row for each person vouched for: who vouched, as a keyed hash, and on which day, counted from 1970-01-01.
CREATE TABLE witness_vouched (
  mark TEXT NOT NULL CHECK (length(mark) = 64),
  day INTEGER NOT NULL
);
CREATE INDEX witness_vouched_mark ON witness_vouched (mark, day);
CREATE INDEX witness_vouched_day ON witness_vouched (day);

-- One row for each vouching that has begun and not ended; until: milliseconds since 1970-01-01 UTC.
CREATE TABLE witness_reserved (
  id TEXT PRIMARY KEY CHECK (length(id) = 32),
  mark TEXT NOT NULL CHECK (length(mark) = 64),
  day INTEGER NOT NULL,
  until BIGINT NOT NULL
);
CREATE INDEX witness_reserved_mark ON witness_reserved (mark);
