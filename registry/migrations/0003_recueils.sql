-- The decisions made by some rules are listed in the order of the log.
CREATE INDEX entries_recueil ON entries (recueil, position);
