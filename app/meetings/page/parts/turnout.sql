-- The ballots that stand, and the persons and area that took part. Part of read.sql, and of shared.sql.
SELECT count(*) AS standing, count(*) FILTER (WHERE state = 'effective') AS persons,
       coalesce(sum(area_centi) FILTER (WHERE state = 'effective'), 0)::bigint AS area_centi
FROM ballot
WHERE ballot.compound_id = %(compound_id)s AND ballot.meeting_id = %(meeting_id)s
  AND ballot.state IN ('effective', 'disputed')
