-- The sign-in, what the tag of its account's home of a compound is made of, and the account's own part (own.sql).
WITH me AS MATERIALIZED (
    SELECT account_id, expires_at FROM login_session WHERE token_hash = %(token_hash)s AND expires_at > %(now)s
), represented AS (  -- the owners that the account stands for
    {represented}
)
SELECT me.account_id, me.expires_at,
       (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       EXISTS (SELECT FROM appointment WHERE account_id = me.account_id AND ended_at IS NULL),
       (SELECT count(*) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = me.account_id AND read_at IS NULL),
       ({own})::text
FROM me
