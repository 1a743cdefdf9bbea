-- When the time alone changes what homes show of the compound's meetings. Part of app/home/shared.sql.
SELECT unnest(ARRAY[opens_at, closes_at, published_at + interval '14 days'])
FROM meeting
WHERE compound_id = %(compound_id)s AND announced_at IS NOT NULL AND cancelled_at IS NULL AND annulled_at IS NULL
