-- All that a compound's home shows to an account, as one JSON value. The parts in braces belong to their domains; they
-- may use `represented` (the owners that the account stands for), `home` (its buildings) and `held` (its roles here).
WITH RECURSIVE line AS (
    SELECT id, parent_id FROM org_unit WHERE id = %(compound_id)s AND kind = 'compound'
    UNION ALL
    SELECT above.id, above.parent_id FROM org_unit AS above JOIN line ON above.id = line.parent_id
), held AS (
    SELECT DISTINCT role FROM appointment
    WHERE account_id = %(account_id)s AND ended_at IS NULL AND org_unit_id IN (SELECT id FROM line)
), represented AS (
    SELECT owner_id FROM binding
    WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND state = 'accepted' AND owner_id IS NOT NULL
    UNION
    SELECT owner_id FROM guardianship
    WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND ended_at IS NULL
      AND (until IS NULL OR until > %(now)s)
), home AS (
    SELECT unit.building_id
    FROM binding JOIN unit ON unit.compound_id = binding.compound_id AND unit.id = binding.unit_id
    WHERE binding.compound_id = %(compound_id)s AND binding.account_id = %(account_id)s AND binding.state = 'accepted'
)
SELECT jsonb_build_object(
    'compound', (SELECT name FROM org_unit WHERE id = %(compound_id)s AND kind = 'compound'),
    'resident', EXISTS (SELECT FROM represented),
    'roles', (SELECT coalesce(jsonb_agg(role), '[]') FROM held),
    'unread', (
        SELECT count(*) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND read_at IS NULL
    ),
    'meetings', ({meetings}),
    'wishes', ({wishes}),
    'activities', ({activities}),
    'notices', ({notices}),
    'to_dos', ({wishes_to_do}) || ({notices_to_do}) || jsonb_build_object(
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
)
