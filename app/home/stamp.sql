-- The sign-in, and what its account's home of a compound depends on beside the time: while nothing here changes, the
-- home does not.
SELECT session.account_id, session.expires_at,
       (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       (SELECT count(*) || ':' || max(id::text) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = session.account_id AND read_at IS NULL),
       (SELECT string_agg(binding.id || binding.state, ',' ORDER BY binding.id) FROM binding
        WHERE compound_id = %(compound_id)s AND account_id = session.account_id),
       (SELECT string_agg(ward.id || coalesce(ward.ended_at::text, ''), ',' ORDER BY ward.id) FROM guardianship AS ward
        WHERE compound_id = %(compound_id)s AND account_id = session.account_id),
       (SELECT string_agg(appointment.id::text, ',' ORDER BY appointment.id) FROM appointment
        WHERE account_id = session.account_id AND ended_at IS NULL)
FROM login_session AS session
WHERE session.token_hash = %(token_hash)s AND session.expires_at > %(now)s
