-- The account's own part of a compound's home, as one JSON value. The parts in braces belong to their domains; they may
-- use `represented` (the owners that the account stands for). 'buildings': of its homes, owned or lived in, one for each.
-- Part of visit.sql.
jsonb_build_object(
    'owner', EXISTS (SELECT FROM represented),
    'buildings', (
        SELECT coalesce(jsonb_agg(unit.building_id), '[]')
        FROM binding JOIN unit ON unit.compound_id = binding.compound_id AND unit.id = binding.unit_id
        WHERE binding.compound_id = %(compound_id)s AND binding.account_id = %(account_id)s
          AND binding.state = 'accepted'
    ),
    'to_cast', ({to_cast}),
    'activities', ({activities}),
    'to_dos', {wishes_to_do} || ({notices_to_do})
)
