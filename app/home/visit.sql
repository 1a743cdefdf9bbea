-- The sign-in, what the tag of its account's home of a compound is made of, and the account's own part (own.sql).
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
       EXISTS (SELECT FROM appointment WHERE account_id = me.account_id AND ended_at IS NULL),
       (SELECT count(*) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = me.account_id AND read_at IS NULL),
       ({own})::text
FROM me
