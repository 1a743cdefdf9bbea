-- What one month comes to at every node: what the domains count by compound, summed up the tree, as one JSON value.
-- The parts give (compound_id, measure, total, people) of [since, until). Reads only.
WITH RECURSIVE found (compound_id, measure, total, people) AS (
    {parts}
), above (compound_id, org_unit_id) AS (
    SELECT id, id FROM org_unit WHERE kind = 'compound'
    UNION ALL
    SELECT above.compound_id, node.parent_id
    FROM above JOIN org_unit AS node ON node.id = above.org_unit_id
    WHERE node.parent_id IS NOT NULL
)
SELECT coalesce(jsonb_agg(summed), '[]')::text
FROM (
    SELECT above.org_unit_id, found.measure, sum(found.total)::bigint AS total, sum(found.people)::bigint AS people
    FROM found JOIN above ON above.compound_id = found.compound_id
    GROUP BY above.org_unit_id, found.measure
) AS summed
