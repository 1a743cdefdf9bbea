-- The sign-in, and what its account's home of a compound depends on beside the time: while nothing here changes, the
-- home does not. {own}: nothing, or the account's own part of the home (own.sql), in the same round trip.
WITH me AS MATERIALIZED (
    SELECT account_id, expires_at FROM login_session WHERE token_hash = %(token_hash)s AND expires_at > %(now)s
), represented AS (  -- the owners that the account stands for
    SELECT owner_id FROM binding
    WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND state = 'accepted' AND owner_id IS NOT NULL
    UNION
    SELECT owner_id FROM guardianship
    WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND ended_at IS NULL
      AND (until IS NULL OR until > %(now)s)
)
SELECT me.account_id, me.expires_at,
       (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       (SELECT count(*) || ':' || max(id::text) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = me.account_id AND read_at IS NULL),
       (SELECT string_agg(binding.id || binding.state, ',' ORDER BY binding.id) FROM binding
        WHERE compound_id = %(compound_id)s AND account_id = me.account_id),
       (SELECT string_agg(ward.id || coalesce(ward.ended_at::text, ''), ',' ORDER BY ward.id) FROM guardianship AS ward
        WHERE compound_id = %(compound_id)s AND account_id = me.account_id),
       (SELECT string_agg(appointment.id::text, ',' ORDER BY appointment.id) FROM appointment
        WHERE account_id = me.account_id AND ended_at IS NULL)
       {own}
FROM me
