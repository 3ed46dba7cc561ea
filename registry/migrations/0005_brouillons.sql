-- Versions of rules that are being written: not published, of whoever writes them.
CREATE TABLE drafts (
    owner TEXT NOT NULL,
    unit TEXT NOT NULL,
    version TEXT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL,
    instant entier NOT NULL,
    PRIMARY KEY (owner, unit, version)
);
