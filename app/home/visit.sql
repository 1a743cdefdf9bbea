-- The sign-in, what the tag of its account's home of a compound is made of, whether it stands for an owner, the buildings
-- of its homes, owned or lived in, the votes that it is to cast, and whether own.sql finds more of its own. The parts in
-- braces belong to their domains; `represented`: the owners that the account stands for.
SELECT me.account_id, me.expires_at,
       (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       EXISTS (SELECT FROM appointment WHERE account_id = me.account_id AND ended_at IS NULL),
       (SELECT count(*) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = me.account_id AND read_at IS NULL),
       EXISTS ({represented}),
       array_to_json(ARRAY(
           SELECT unit.building_id
           FROM binding JOIN unit ON unit.compound_id = binding.compound_id AND unit.id = binding.unit_id
           WHERE binding.compound_id = %(compound_id)s AND binding.account_id = %(account_id)s
             AND binding.state = 'accepted'
       ))::text,
       ({to_cast})::text,
       {any_activity} OR {any_wish_to_do} OR {any_notice_to_do}
FROM login_session AS me
WHERE me.token_hash = %(token_hash)s AND me.expires_at > %(now)s
