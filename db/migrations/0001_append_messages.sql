-- A send writes one conversation row and one message row, whatever the size of the room. Room for
-- heap-only updates keeps the hot conversation row from growing its indexes.
ALTER TABLE conversations SET (fillfactor = 50);
--> statement-breakpoint
-- Appends a batch of messages in one round trip, in the order given, and answers in that order:
--   sent      stored now, under the numbers given back
--   duplicate (conversation, sender, clientId) was stored before: its numbers are given back
--   stale     the sender's membership or the conversation's guard is not what the caller decided on
--   noReply   the message replied to does not exist
-- Lock first, then look: each statement of a volatile function has a snapshot of its own, so the
-- second one sees whatever was committed while the first waited for its locks.
-- The planner is held to the indexes: without statistics (a new database, the embedded one) it
-- would read a small table whole, and keep that plan when the table has grown.
CREATE FUNCTION append_messages(batch jsonb)
RETURNS TABLE (outcome text, seq bigint, rev bigint, at_ms double precision)
LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
AS $$
#variable_conflict use_column
BEGIN
  PERFORM 1 FROM conversations c
  WHERE c.id IN (SELECT (item ->> 'c')::uuid FROM jsonb_array_elements(batch) item)
  ORDER BY c.id
  FOR NO KEY UPDATE;

  RETURN QUERY
  WITH input AS (
    SELECT * FROM ROWS FROM (jsonb_to_recordset(batch) AS (
      c uuid, s uuid, k text, kind text, body jsonb, reply bigint, mentions jsonb,
      guard bigint, member_rev bigint, at timestamptz
    )) WITH ORDINALITY AS t(
      conversation_id, sender_id, client_id, kind, body, reply_to, mentions,
      guard, member_rev, at, place
    )
  ), judged AS (
    SELECT i.*, c.last_seq, c.last_rev, c.active_at,
      old.seq AS old_seq, old.rev AS old_rev, old.at AS old_at,
      CASE
        WHEN old.seq IS NOT NULL THEN 'duplicate'
        WHEN m.rev IS DISTINCT FROM i.member_rev OR c.guard IS DISTINCT FROM i.guard THEN 'stale'
        WHEN i.reply_to > c.last_seq THEN 'noReply'
        ELSE 'sent'
      END AS outcome
    FROM input i
    LEFT JOIN conversations c ON c.id = i.conversation_id
    LEFT JOIN members m ON m.conversation_id = i.conversation_id AND m.user_id = i.sender_id
    LEFT JOIN messages old ON old.conversation_id = i.conversation_id
      AND old.sender_id = i.sender_id AND old.client_id = i.client_id
  ), numbered AS (
    SELECT j.*,
      sum((j.outcome = 'sent')::int)
        OVER (PARTITION BY j.conversation_id ORDER BY j.place) AS step,
      max(greatest(j.active_at, j.at)) FILTER (WHERE j.outcome = 'sent')
        OVER (PARTITION BY j.conversation_id ORDER BY j.place) AS sent_at
    FROM judged j
  ), inserted AS (
    INSERT INTO messages
      (conversation_id, seq, rev, sender_id, client_id, at, kind, body, reply_to, mentions)
    SELECT n.conversation_id, n.last_seq + n.step, n.last_rev + n.step, n.sender_id, n.client_id,
      n.sent_at, n.kind, n.body, n.reply_to, n.mentions
    FROM numbered n
    WHERE n.outcome = 'sent'
  ), counted AS (
    UPDATE conversations c
    SET last_seq = c.last_seq + b.steps, last_rev = c.last_rev + b.steps,
      active_at = b.sent_at, changed_xid = pg_current_xact_id()
    FROM (
      SELECT n.conversation_id, count(*) AS steps, max(n.sent_at) AS sent_at
      FROM numbered n
      WHERE n.outcome = 'sent'
      GROUP BY n.conversation_id
    ) b
    WHERE c.id = b.conversation_id
  )
  SELECT n.outcome,
    coalesce(n.old_seq, n.last_seq + n.step),
    coalesce(n.old_rev, n.last_rev + n.step),
    (extract(epoch FROM coalesce(n.old_at, n.sent_at)) * 1000)::double precision
  FROM numbered n
  ORDER BY n.place;
END
$$;
