-- When the time alone changes what homes show of the red/black list and ask of those concerned.
-- Part of app/home/shared.sql.
SELECT unnest(ARRAY[hearing_until, expires_at])
FROM notice_entry
WHERE compound_id = %(compound_id)s AND state IN ('hearing', 'published')
