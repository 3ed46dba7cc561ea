-- Acts are few among decisions, and found by their kind.
CREATE INDEX entries_acts ON entries (kind, position) WHERE kind <> 'decision';
