-- What a compound's home depends on beside the time, for an account: when nothing here changed, the home did not.
SELECT (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       (SELECT count(*) || ':' || max(id::text) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND read_at IS NULL),
       (SELECT string_agg(binding.id || binding.state, ',' ORDER BY binding.id) FROM binding
        WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s),
       (SELECT string_agg(ward.id || coalesce(ward.ended_at::text, ''), ',' ORDER BY ward.id) FROM guardianship AS ward
        WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s),
       (SELECT string_agg(appointment.id::text, ',' ORDER BY appointment.id) FROM appointment
        WHERE account_id = %(account_id)s AND ended_at IS NULL)
