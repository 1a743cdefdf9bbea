-- Compute one month anew at every node: what the domains count by compound, summed up the tree. Writes what changed.
-- The parts give (compound_id, measure, total, people) of [since, until).
WITH RECURSIVE found (compound_id, measure, total, people) AS (
    {parts}
), above (compound_id, org_unit_id) AS (
    SELECT id, id FROM org_unit WHERE kind = 'compound'
    UNION ALL
    SELECT above.compound_id, node.parent_id
    FROM above JOIN org_unit AS node ON node.id = above.org_unit_id
    WHERE node.parent_id IS NOT NULL
), summed AS (
    SELECT above.org_unit_id, found.measure, sum(found.total)::bigint AS total, sum(found.people)::bigint AS people
    FROM found JOIN above ON above.compound_id = found.compound_id
    GROUP BY above.org_unit_id, found.measure
), gone AS (
    DELETE FROM monthly_figure AS old
    WHERE old.month = :month AND NOT EXISTS (
        SELECT FROM summed WHERE summed.org_unit_id = old.org_unit_id AND summed.measure = old.measure
    )
), written AS (
    INSERT INTO monthly_figure (org_unit_id, month, measure, total, people)
    SELECT org_unit_id, :month, measure, total, people FROM summed
    ON CONFLICT (org_unit_id, month, measure) DO UPDATE SET total = EXCLUDED.total, people = EXCLUDED.people
    WHERE (monthly_figure.total, monthly_figure.people) IS DISTINCT FROM (EXCLUDED.total, EXCLUDED.people)
    RETURNING 1
)
INSERT INTO refreshed_month (month, refreshed_at) VALUES (:month, :now)
ON CONFLICT (month) DO UPDATE SET refreshed_at = EXCLUDED.refreshed_at
