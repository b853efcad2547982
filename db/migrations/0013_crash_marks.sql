-- A crash empties unlogged tables: whatever stands in this one was written since the last one. After a
-- crash Postgres may give transaction ids again that were not on its disk yet, those of transactions
-- that failed moments before, so a position in the order of ids counts for the time of one mark alone.
CREATE UNLOGGED TABLE crash_marks (
  place int PRIMARY KEY DEFAULT 1 CHECK (place = 1),
  mark uuid NOT NULL
);
--> statement-breakpoint
-- The present mark; makes one where there is none.
CREATE FUNCTION crash_mark() RETURNS uuid
LANGUAGE plpgsql
AS $$
DECLARE
  found uuid;
BEGIN
  SELECT mark INTO found FROM crash_marks;
  IF found IS NOT NULL THEN
    RETURN found;
  END IF;
  INSERT INTO crash_marks (mark) VALUES (gen_random_uuid()) ON CONFLICT DO NOTHING;
  SELECT mark INTO STRICT found FROM crash_marks;
  RETURN found;
END
$$;
--> statement-breakpoint
-- The transaction id of a position `<mark>.<id>`. From before a crash so much lower that no id that was
-- given again is passed over: what is not on the disk is younger than a second.
CREATE FUNCTION xid_since(place text) RETURNS xid8
LANGUAGE plpgsql
AS $$
DECLARE
  id bigint := split_part(place, '.', 2)::bigint;
BEGIN
  IF split_part(place, '.', 1) <> crash_mark()::text THEN
    id := greatest(id - 16384, 0);
  END IF;
  RETURN id::text::xid8;
END
$$;
