-- The wishes that the compound's home may show: of each building the five newest that wait for somebody, the newest
-- first. Part of app/home/shared.sql.
WITH ranked AS (
    SELECT id, left(text, 60) AS text, category, building_id, listed_at,
           row_number() OVER (PARTITION BY building_id ORDER BY listed_at DESC, id DESC) AS place
    FROM unfinished
    WHERE expires_at > %(now)s AND (state = 'published' OR claim_lapses_at <= %(now)s)
)
SELECT coalesce(json_agg(json_build_object(
    'id', ranked.id, 'text', ranked.text, 'category', ranked.category, 'listed_at', ranked.listed_at,
    'building', building.name, 'building_id', ranked.building_id
) ORDER BY ranked.listed_at DESC, ranked.id DESC), '[]')
FROM ranked
LEFT JOIN building ON building.compound_id = %(compound_id)s AND building.id = ranked.building_id
WHERE ranked.place <= 5
