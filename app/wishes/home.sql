-- The wishes that the compound's home shows: those that wait for somebody, of the account's own buildings first, then
-- the newest. Part of app/home/feed.sql; the states are those of app/wishes/states.py.
WITH unfinished AS MATERIALIZED (  -- by the compound alone: the indexes on times are those of the whole city
    SELECT id, text, category, state, building_id, listed_at, expires_at, claim_lapses_at
    FROM wish WHERE compound_id = %(compound_id)s AND state IN ('published', 'claimed')
), shown AS (
    SELECT unfinished.id, left(text, 60) AS text, category, listed_at, building.name AS building,
           coalesce(building_id = ANY (ARRAY(SELECT building_id FROM home)), false) AS near
    FROM unfinished
    LEFT JOIN building ON building.compound_id = %(compound_id)s AND building.id = building_id
    WHERE expires_at > %(now)s AND (state = 'published' OR claim_lapses_at <= %(now)s)
    ORDER BY near DESC, listed_at DESC, unfinished.id DESC
    LIMIT 5
)
SELECT coalesce(jsonb_agg(shown ORDER BY near DESC, listed_at DESC, id DESC), '[]') FROM shown
