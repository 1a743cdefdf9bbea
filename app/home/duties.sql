-- The roles that an account holds in a compound, and what waits for them there, as one JSON value.
WITH RECURSIVE {held}
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
