-- What the tag of a meeting's page is made of, as text: the account, the compound's version, the number of ballots that
-- stand. Nothing where there is more to do than to look: no sign-in, one that is due to be kept alive, or a role that may
-- see more.
-- Once counted, no ballot comes or goes: their number is known then, and not asked for (`standing`).
-- The version rises with all that the page shows but for ballots that come, and each of those is one more that stands.
SELECT CASE WHEN NOT {staff}
    THEN me.account_id::text || ' ' || coalesce(
        (SELECT version FROM home_version WHERE compound_id = %(compound_id)s::uuid)::text, '-'
    ){standing}
END
FROM login_session AS me
WHERE me.token_hash = %(token_hash)s::bytea AND me.expires_at >= %(kept_alive)s::timestamptz
