-- Decisions are found by the beginning of their recueil's hash: recueils are few, and the whole of it in each place of an
-- index weighs more than what it finds.

DROP INDEX entries_recueil;
CREATE INDEX entries_recueil ON entries (SUBSTR(recueil, 1, 8), position) WHERE recueil IS NOT NULL;
