-- The electorate by today's roll: what `electorate.build_roll` makes of it, counted in one statement (SPC 8-9).
-- A set of owners is one person, the developer is one, and a unit whose owner nobody knows is one.
WITH bound AS MATERIALIZED (
    SELECT DISTINCT owner_id FROM binding WHERE compound_id = :compound_id AND state = 'accepted'
), owned AS MATERIALIZED (
    SELECT ownership.unit_id, string_agg(ownership.owner_id::text, ' ' ORDER BY ownership.owner_id) AS owners,
           bool_or(bound.owner_id IS NOT NULL) AS reached
    FROM ownership LEFT JOIN bound ON bound.owner_id = ownership.owner_id
    WHERE ownership.compound_id = :compound_id AND ownership.valid_to IS NULL
    GROUP BY ownership.unit_id
), party AS (
    SELECT unit.held_by_developer, unit.use = ANY (:left_out) AS excluded,
           CASE WHEN unit.held_by_developer THEN 'developer' ELSE coalesce(owned.owners, unit.id::text) END AS who,
           count(*) AS units, sum(unit.area_centi) AS area_centi, coalesce(bool_or(owned.reached), false) AS reached
    FROM unit LEFT JOIN owned ON owned.unit_id = unit.id
    WHERE unit.compound_id = :compound_id
    GROUP BY held_by_developer, excluded, who
)
SELECT count(*) FILTER (WHERE NOT excluded) AS persons,
       coalesce(sum(area_centi) FILTER (WHERE NOT excluded), 0)::bigint AS area_centi,
       coalesce(sum(units) FILTER (WHERE NOT excluded), 0)::bigint AS units,
       coalesce(sum(units) FILTER (WHERE excluded), 0)::bigint AS excluded,
       count(*) FILTER (WHERE NOT excluded AND NOT held_by_developer AND NOT reached) AS offline,
       coalesce(sum(units) FILTER (WHERE NOT excluded AND held_by_developer), 0)::bigint AS developer_units,
       coalesce(sum(area_centi) FILTER (WHERE NOT excluded AND held_by_developer), 0)::bigint AS developer_area_centi
FROM party
