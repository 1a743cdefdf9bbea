-- The sign-in, what the tag of its account's home of a compound is made of, whether it stands for an owner, the buildings
-- of its homes, owned or lived in, the votes that it is to cast, and whether own.sql finds more of its own. The parts in
-- braces belong to their domains; they may use `represented` (the owners that the account stands for).
WITH me AS MATERIALIZED (
    SELECT account_id, expires_at FROM login_session WHERE token_hash = %(token_hash)s AND expires_at > %(now)s
), represented AS (
    {represented}
)
SELECT me.account_id, me.expires_at,
       (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       EXISTS (SELECT FROM appointment WHERE account_id = me.account_id AND ended_at IS NULL),
       (SELECT count(*) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = me.account_id AND read_at IS NULL),
       EXISTS (SELECT FROM represented),
       array_to_json(ARRAY(
           SELECT unit.building_id
           FROM binding JOIN unit ON unit.compound_id = binding.compound_id AND unit.id = binding.unit_id
           WHERE binding.compound_id = %(compound_id)s AND binding.account_id = %(account_id)s
             AND binding.state = 'accepted'
       ))::text,
       ({to_cast})::text,
       EXISTS ({any_activity}) OR EXISTS ({any_wish_to_do}) OR EXISTS ({any_notice_to_do})
FROM me
