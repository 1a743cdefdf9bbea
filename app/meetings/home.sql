-- The meetings that the compound's home shows: announced and open ones, and results of the last two weeks, the next to
-- close first. Part of app/home/shared.sql.
SELECT coalesce(jsonb_agg(shown ORDER BY shown.closes_at, shown.id), '[]')
FROM (
    SELECT meeting.id, meeting.title, meeting.opens_at, meeting.closes_at, meeting.published_at,
           CASE WHEN meeting.published_at IS NOT NULL THEN 'published'
                WHEN meeting.opens_at > %(now)s THEN 'announced' ELSE 'voting' END AS state
    FROM meeting
    WHERE meeting.compound_id = %(compound_id)s AND meeting.cancelled_at IS NULL AND meeting.annulled_at IS NULL
      AND meeting.announced_at IS NOT NULL
      AND (meeting.closes_at > %(now)s OR meeting.published_at > %(now)s - interval '14 days')
    ORDER BY meeting.closes_at, meeting.id
    LIMIT 5
) AS shown
