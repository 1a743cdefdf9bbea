-- Write what a month comes to (sums.sql) at every node; what is as it was stays untouched.
WITH summed AS (
    SELECT * FROM jsonb_to_recordset(CAST(:sums AS jsonb))
        AS one (org_unit_id uuid, measure text, total bigint, people bigint)
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
