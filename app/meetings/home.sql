-- The meetings that the compound's home shows, the next to close first. Part of app/home/shared.sql.
SELECT coalesce(json_agg(shown ORDER BY shown.closes_at, shown.id), '[]')
FROM (
    SELECT id, title, opens_at, closes_at, published_at,
           CASE WHEN published_at IS NOT NULL THEN 'published'
                WHEN opens_at > %(now)s THEN 'announced' ELSE 'voting' END AS state
    FROM current
    ORDER BY closes_at, id
    LIMIT 5
) AS shown
