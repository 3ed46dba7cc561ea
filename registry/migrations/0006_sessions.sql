-- Sessions of browsers that were ended before their last instant, until it has passed.
CREATE TABLE ended_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    until entier NOT NULL
);
