-- What a home shows of its account that no version tells of: whom the account stands for, where, the messages that it
-- has not read, and its votes. It is part of the home's tag as it is. Part of visit.sql.
jsonb_build_object(
    'owners', (SELECT coalesce(jsonb_agg(owner_id ORDER BY owner_id), '[]') FROM represented),
    'unread', (
        SELECT count(*) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND read_at IS NULL
    ),
    'buildings', (
        SELECT coalesce(jsonb_agg(unit.building_id ORDER BY unit.id), '[]')
        FROM binding JOIN unit ON unit.compound_id = binding.compound_id AND unit.id = binding.unit_id
        WHERE binding.compound_id = %(compound_id)s AND binding.account_id = %(account_id)s
          AND binding.state = 'accepted'
    ),
    'to_cast', ({to_cast})
)
