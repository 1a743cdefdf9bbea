-- The entries of the red/black list that the compound's home shows: those published now, the newest first. Names, which
-- their owners may take back at any moment, are shown with the entry alone. Part of app/home/shared.sql.
SELECT coalesce(json_agg(shown ORDER BY shown.published_at DESC, shown.id DESC), '[]')
FROM (
    SELECT id, colour, category, title, published_at, expires_at
    FROM entry
    WHERE state = 'published' AND expires_at > %(now)s
    ORDER BY published_at DESC, id DESC
    LIMIT 5
) AS shown
