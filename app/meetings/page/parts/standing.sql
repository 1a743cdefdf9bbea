-- The number of ballots that stand. Part of glance.sql.
|| ' ' || (
    SELECT count(*) FROM ballot
    WHERE compound_id = %(compound_id)s::uuid AND meeting_id = %(meeting_id)s::uuid
      AND state IN ('effective', 'disputed')
)::text
