-- The wishes that the compound's home shows: those that wait for somebody, of the account's own buildings first, then
-- the newest. Part of app/home/feed.sql; the states are those of app/wishes/states.py.
SELECT coalesce(jsonb_agg(shown ORDER BY shown.near DESC, shown.listed_at DESC, shown.id DESC), '[]')
FROM (
    SELECT wish.id, left(wish.text, 60) AS text, wish.category, wish.listed_at, building.name AS building,
           coalesce(wish.building_id = ANY (ARRAY(SELECT building_id FROM home)), false) AS near
    FROM wish
    LEFT JOIN building ON building.compound_id = wish.compound_id AND building.id = wish.building_id
    WHERE wish.compound_id = %(compound_id)s AND wish.expires_at > %(now)s
      AND (wish.state = 'published' OR wish.state = 'claimed' AND wish.claim_lapses_at <= %(now)s)
    ORDER BY near DESC, wish.listed_at DESC, wish.id DESC
    LIMIT 5
) AS shown
