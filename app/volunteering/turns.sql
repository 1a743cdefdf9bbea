-- When the time alone changes what homes show of the compound's shifts and slots: two weeks before each, and when it
-- begins. Part of app/home/shared.sql.
SELECT unnest(ARRAY[starts_at - interval '14 days', starts_at])
FROM slot
WHERE compound_id = %(compound_id)s AND starts_at > %(now)s AND cancelled_at IS NULL
