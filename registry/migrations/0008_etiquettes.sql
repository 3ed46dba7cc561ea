-- What is drawn at random falls anywhere in an index, and SQLite writes pages: each row would cost one of its own. The
-- tags of applications wait there, and go by runs into a tree (see store/tags.rs). « tagged » finds an application by
-- its tag, wherever it is. Keys and offers are indexed of the entries that have one.
postgres: ALTER TABLE entries DROP CONSTRAINT entries_request_key;
postgres: DROP INDEX entries_offer;
sqlite: ALTER TABLE entries RENAME TO former_entries;
sqlite: CREATE TABLE entries (
sqlite:     position INTEGER PRIMARY KEY,
sqlite:     id TEXT NOT NULL UNIQUE,
sqlite:     kind TEXT NOT NULL,
sqlite:     instant INTEGER NOT NULL,
sqlite:     body BLOB NOT NULL,
sqlite:     day TEXT,
sqlite:     recueil TEXT,
sqlite:     offer TEXT,
sqlite:     request BLOB,
sqlite:     asked BLOB
sqlite: );
sqlite: INSERT INTO entries SELECT * FROM former_entries ORDER BY position;
sqlite: DROP TABLE former_entries;
sqlite: CREATE INDEX entries_day ON entries (day, position);
sqlite: CREATE INDEX entries_recueil ON entries (recueil, position);
sqlite: CREATE INDEX entries_acts ON entries (kind, position) WHERE kind <> 'decision';
CREATE UNIQUE INDEX entries_request ON entries (request) WHERE request IS NOT NULL;
CREATE INDEX entries_offer ON entries (offer, position) WHERE offer IS NOT NULL;

sqlite: ALTER TABLE subjects RENAME TO former_subjects;
sqlite: CREATE TABLE subjects (
sqlite:     number INTEGER PRIMARY KEY,
sqlite:     subject TEXT NOT NULL UNIQUE,
sqlite:     tag BLOB,
sqlite:     wrapped BLOB,
sqlite:     erased INTEGER,
sqlite:     closed_day TEXT,
sqlite:     closed_why TEXT
sqlite: );
sqlite: INSERT INTO subjects (subject, tag, wrapped, erased, closed_day, closed_why)
sqlite:     SELECT subject, tag, wrapped, erased, closed_day, closed_why FROM former_subjects ORDER BY subject;
sqlite: DROP TABLE former_subjects;

-- The tags of applications up to a number, and perhaps of others.
sqlite: CREATE TABLE tags (tag BLOB PRIMARY KEY, subject TEXT NOT NULL) WITHOUT ROWID;
sqlite: INSERT INTO tags SELECT tag, subject FROM subjects WHERE tag IS NOT NULL ORDER BY tag;
sqlite: CREATE TABLE tags_settled (number INTEGER NOT NULL);
sqlite: INSERT INTO tags_settled SELECT COALESCE(MAX(number), 0) FROM subjects;
-- Those that have lost theirs, in the order in which they did.
sqlite: CREATE TABLE untagged (place INTEGER PRIMARY KEY, number INTEGER NOT NULL);
sqlite: CREATE TRIGGER subjects_untagged AFTER UPDATE OF tag ON subjects WHEN OLD.tag IS NOT NEW.tag BEGIN
sqlite:     DELETE FROM tags WHERE tag = OLD.tag;
sqlite:     INSERT INTO untagged (number) VALUES (OLD.number);
sqlite: END;
sqlite: CREATE TRIGGER subjects_removed AFTER DELETE ON subjects BEGIN
sqlite:     DELETE FROM tags WHERE tag = OLD.tag;
sqlite:     UPDATE tags_settled SET number = OLD.number - 1 WHERE number >= OLD.number;
sqlite: END;
sqlite: CREATE VIEW tagged AS
sqlite:     SELECT s.subject, s.tag, s.wrapped FROM tags t JOIN subjects s ON s.subject = t.subject AND s.tag = t.tag
sqlite:     UNION ALL
sqlite:     SELECT subject, tag, wrapped FROM subjects
sqlite:     WHERE number > (SELECT number FROM tags_settled) AND tag IS NOT NULL;
postgres: CREATE VIEW tagged AS SELECT subject, tag, wrapped FROM subjects WHERE tag IS NOT NULL;
