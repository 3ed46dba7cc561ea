-- Decisions of some days are read by pieces, in the order of the log.
CREATE INDEX entries_day ON entries (day, position);
