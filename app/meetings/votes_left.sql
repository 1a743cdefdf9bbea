-- Whether to_cast.sql can find anything in the compound before something changes there or its next turn comes.
-- Part of app/home/shared.sql.
SELECT
FROM meeting
WHERE compound_id = %(compound_id)s AND cancelled_at IS NULL AND annulled_at IS NULL AND announced_at IS NOT NULL
  AND counted_at IS NULL AND opens_at <= %(now)s AND closes_at > %(now)s
