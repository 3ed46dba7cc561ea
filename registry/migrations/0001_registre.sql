-- Everything that is kept. « octets », « entier » and « rang » stand for the types of each store:
-- bytes, a 64-bit integer, and the same as a primary key.

-- The log's name, its public key.
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Files of recueils by their SHA-256; kept for ever.
CREATE TABLE contents (
    hash TEXT PRIMARY KEY,
    bytes octets NOT NULL
);

-- Recueils by their hash, which is that of their listing: one line a file, its SHA-256 and its path.
CREATE TABLE recueils (
    hash TEXT PRIMARY KEY,
    listing TEXT NOT NULL
);

-- The log: one row a leaf, in order. What stands beside the body repeats it, to be found by.
CREATE TABLE entries (
    position rang,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    instant entier NOT NULL,
    body octets NOT NULL,
    day TEXT,
    recueil TEXT,
    offer TEXT,
    request octets UNIQUE,
    asked octets
);
CREATE INDEX entries_offer ON entries (offer, position);

-- The candidates of a decision: what all may read, and what is sealed.
CREATE TABLE candidates (
    entry entier NOT NULL,
    place entier NOT NULL,
    subject TEXT NOT NULL,
    record octets NOT NULL,
    sealed octets,
    PRIMARY KEY (entry, place)
);
CREATE INDEX candidates_subject ON candidates (subject, entry);

-- Applications under a name that says nothing; without tag and key once erased.
CREATE TABLE subjects (
    subject TEXT PRIMARY KEY,
    tag octets UNIQUE,
    wrapped octets,
    erased entier,
    closed_day TEXT,
    closed_why TEXT
);

-- What companies have given of their quotas (see ledger.rs).
CREATE TABLE quotas (
    siren TEXT NOT NULL,
    period TEXT NOT NULL,
    reserved TEXT NOT NULL,
    granted TEXT NOT NULL,
    PRIMARY KEY (siren, period)
);

-- Whole tiles of the tree (see tree.rs).
CREATE TABLE tiles (
    level entier NOT NULL,
    position entier NOT NULL,
    root octets NOT NULL,
    hashes octets NOT NULL,
    PRIMARY KEY (level, position)
);

-- Signed checkpoints, with the cosignatures of witnesses.
CREATE TABLE checkpoints (
    size rang,
    instant entier NOT NULL,
    note TEXT NOT NULL
);
