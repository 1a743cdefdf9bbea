-- The electorate by today's roll: what `electorate.build_roll` makes of it, counted in one statement (SPC 8-9).
-- A set of owners is one person, the developer is one, and a unit whose owner nobody knows is one.
WITH owned AS MATERIALIZED (
    SELECT ownership.unit_id, array_agg(ownership.owner_id ORDER BY ownership.owner_id) AS owner_ids,
           bool_or(bound.owner_id IS NOT NULL) AS reached
    FROM ownership
    LEFT JOIN (SELECT DISTINCT owner_id FROM binding WHERE compound_id = :compound_id AND state = 'accepted') AS bound
        ON bound.owner_id = ownership.owner_id
    WHERE ownership.compound_id = :compound_id AND ownership.valid_to IS NULL
    GROUP BY ownership.unit_id
), counted AS (
    SELECT unit.area_centi, unit.held_by_developer,
           CASE WHEN unit.held_by_developer THEN 'developer'
                ELSE coalesce(owned.owner_ids::text, unit.id::text) END COLLATE "C" AS party,
           coalesce(owned.reached, false) AS reached,
           CASE WHEN unit.use = ANY (:left_out) THEN 1 ELSE 0 END AS excluded
    FROM unit LEFT JOIN owned ON owned.unit_id = unit.id
    WHERE unit.compound_id = :compound_id
)
SELECT count(DISTINCT party) FILTER (WHERE excluded = 0) AS persons,
       coalesce(sum(area_centi) FILTER (WHERE excluded = 0), 0)::bigint AS area_centi,
       count(*) FILTER (WHERE excluded = 0) AS units,
       count(*) FILTER (WHERE excluded = 1) AS excluded,
       count(DISTINCT party) FILTER (WHERE excluded = 0 AND NOT held_by_developer AND NOT reached) AS offline,
       count(*) FILTER (WHERE excluded = 0 AND held_by_developer) AS developer_units,
       coalesce(sum(area_centi) FILTER (WHERE excluded = 0 AND held_by_developer), 0)::bigint AS developer_area_centi
FROM counted
