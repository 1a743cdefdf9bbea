-- The wishes of the compound that are still to be done. By the compound alone: the indexes on times are those of the whole
-- city. The states are those of app/wishes/states.py. Part of app/home/shared.sql, as `unfinished`.
SELECT id, text, category, state, building_id, listed_at, expires_at, claim_lapses_at
FROM wish
WHERE compound_id = %(compound_id)s AND state IN ('published', 'claimed')
