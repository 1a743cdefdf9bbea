-- The meetings that the compound's home shows, or may before something changes there: announced and open ones, and results
-- of the last two weeks. Part of app/home/shared.sql, as `current`.
SELECT id, title, opens_at, closes_at, counted_at, published_at
FROM meeting
WHERE compound_id = %(compound_id)s AND announced_at IS NOT NULL AND cancelled_at IS NULL AND annulled_at IS NULL
  AND (closes_at > %(now)s OR published_at > %(now)s - interval '14 days')
