-- The entries of the red/black list that are heard or published. Part of app/home/shared.sql, as `entry`.
SELECT id, colour, category, title, state, hearing_until, published_at, expires_at
FROM notice_entry
WHERE compound_id = %(compound_id)s AND state IN ('hearing', 'published')
