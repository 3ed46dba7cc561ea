-- A row that fits in a page stays whole in it: what it holds cannot be compressed further, and is read together.
postgres: ALTER TABLE entries SET (toast_tuple_target = 8160);
postgres: ALTER TABLE candidates SET (toast_tuple_target = 8160);
