-- What `domain/user_names.ts` writes for every user from now on, for those who are here already:
-- the beginning of each name marked 0, its other tails 1, of 32 characters at most.
INSERT INTO user_names (tail, user_id)
SELECT (CASE place WHEN 1 THEN '0' ELSE '1' END) || left(substr(name, place), 32), id
FROM (
  SELECT id, lower(nickname) AS name FROM users
  UNION
  SELECT id, lower(username) FROM users WHERE username IS NOT NULL
) names, generate_series(1, char_length(name)) place
ON CONFLICT DO NOTHING;
--> statement-breakpoint
-- Until now nobody's history began before they came, but where all is visible. Nobody looks for them as
-- for newcomers: 3 is the first transaction of a cluster.
UPDATE members SET joined_seq = first_seq - 1, joined_xid = '3'::text::xid8;
