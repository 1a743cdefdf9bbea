-- The roles that an account holds in a compound, and what waits for them there, as one JSON value.
WITH RECURSIVE line AS (
    SELECT id, parent_id FROM org_unit WHERE id = %(compound_id)s AND kind = 'compound'
    UNION ALL
    SELECT above.id, above.parent_id FROM org_unit AS above JOIN line ON above.id = line.parent_id
), held AS (
    SELECT DISTINCT role FROM appointment
    WHERE account_id = %(account_id)s AND ended_at IS NULL AND org_unit_id IN (SELECT id FROM line)
)
SELECT jsonb_build_object(
    'roles', (SELECT coalesce(jsonb_agg(role), '[]') FROM held),
    'to_dos', ({notices}) || jsonb_build_object(
        'review', (
            SELECT count(*) FROM review_case
            WHERE compound_id = %(compound_id)s AND state IN ('waiting', 'appealed')
              AND NOT %(account_id)s = ANY (involved)
              AND EXISTS (SELECT FROM held WHERE role = ANY (%(reviewers)s::text[]))
        ),
        'decide_binding', (
            SELECT count(*) FROM binding
            WHERE compound_id = %(compound_id)s AND state = 'applied'
              AND EXISTS (SELECT FROM held WHERE role = ANY (%(binders)s::text[]))
        )
    )
)::text
