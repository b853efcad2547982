-- Which messages hold which attachments, kept by the database itself: in the transaction of the
-- message, however it comes, goes, or is taken back. Other kinds pay for a comparison: WHEN is looked
-- at before anything is called. Merged messages are made by the server, so the kinds in them are true.
CREATE FUNCTION record_attachment_uses() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO attachment_uses (conversation_id, seq, attachment_id)
  WITH RECURSIVE parts (kind, body) AS (
    SELECT NEW.kind, NEW.body
    UNION ALL
    SELECT item ->> 'kind', item -> 'body'
    FROM parts, jsonb_array_elements(parts.body -> 'items') item
    WHERE parts.kind = 'merged'
  )
  SELECT DISTINCT NEW.conversation_id, NEW.seq, (parts.body ->> 'attachmentId')::uuid
  FROM parts
  WHERE parts.kind IN ('image', 'video', 'audio', 'file');
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE FUNCTION forget_attachment_uses() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  -- What has no use left is looked for a day later; the sweep knows whether there are others.
  WITH gone AS (
    DELETE FROM attachment_uses u
    WHERE u.conversation_id = OLD.conversation_id AND u.seq = OLD.seq
    RETURNING u.attachment_id
  )
  UPDATE attachments a SET expires_at = now() + interval '24 hours'
  FROM gone WHERE a.id = gone.attachment_id AND a.status = 'ready';
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER messages_attached AFTER INSERT ON messages
FOR EACH ROW WHEN (NEW.kind IN ('image', 'video', 'audio', 'file', 'merged'))
EXECUTE FUNCTION record_attachment_uses();
--> statement-breakpoint
CREATE TRIGGER messages_recalled AFTER UPDATE OF recalled_at ON messages
FOR EACH ROW WHEN (
  NEW.recalled_at IS NOT NULL AND OLD.kind IN ('image', 'video', 'audio', 'file', 'merged')
)
EXECUTE FUNCTION forget_attachment_uses();
--> statement-breakpoint
CREATE TRIGGER messages_deleted AFTER DELETE ON messages
FOR EACH ROW WHEN (OLD.kind IN ('image', 'video', 'audio', 'file', 'merged'))
EXECUTE FUNCTION forget_attachment_uses();
