-- The part of a compound's home that is the same for all its readers, as one JSON value. The parts in braces belong to
-- their domains and know no account.
SELECT jsonb_build_object(
    'compound', name,
    'meetings', ({meetings}),
    'wishes', ({wishes}),
    'activities', ({activities}),
    'notices', ({notices})
)::text
FROM org_unit
WHERE id = %(compound_id)s AND kind = 'compound'
