-- When the time alone changes what homes show of the compound's wishes and ask of their claimants.
-- Part of app/home/shared.sql.
SELECT unnest(ARRAY[expires_at, claim_lapses_at])
FROM wish
WHERE compound_id = %(compound_id)s AND state IN ('published', 'claimed')
