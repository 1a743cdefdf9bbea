-- What the tag of a meeting's page is made of, as text: the account, the compound's version, the number of ballots that
-- stand. Nothing where there is more to do than to look: no sign-in, one that is due to be kept alive, or a role that sees
-- more.
-- The version rises with all that the page shows but for ballots that come, and each of those is one more that stands.
SELECT CASE WHEN NOT EXISTS (
        SELECT FROM appointment WHERE account_id = me.account_id AND ended_at IS NULL AND role IN ({sees_more})
    )
    THEN me.account_id::text || ' ' || coalesce(
        (SELECT version FROM home_version WHERE compound_id = %(compound_id)s::uuid)::text, '-'
    ) || ' ' || (
        SELECT count(*) FROM ballot
        WHERE compound_id = %(compound_id)s::uuid AND meeting_id = %(meeting_id)s::uuid
          AND state IN ('effective', 'disputed')
    )::text
END
FROM login_session AS me
WHERE me.token_hash = %(token_hash)s::bytea AND me.expires_at >= %(kept_alive)s::timestamptz
