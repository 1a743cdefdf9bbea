-- What an owner who is signed in is shown of a meeting besides what all see: what the page's tag is made of, the turnout, and
-- the reader's own part. No row where there is more to do than to look: no sign-in, one that is due to be kept alive, a role
-- that sees more of this meeting, a mandate for it, or nothing that an owner may see.
-- The parts in braces: app/meetings/page/statements.py; `represented`: the owners that the account stands for.
WITH me AS MATERIALIZED (
    SELECT account_id,
           {staff} OR EXISTS (
               SELECT FROM mandate
               WHERE compound_id = %(compound_id)s AND account_id = me.account_id
                 AND meeting_id = %(meeting_id)s AND revoked_at IS NULL
           ) AS is_more_than_owner
    FROM login_session AS me
    WHERE token_hash = %(token_hash)s AND expires_at >= %(kept_alive)s
)
SELECT me.account_id, (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       {taken}, ({own})::text
FROM me
{turnout}
WHERE NOT me.is_more_than_owner AND EXISTS ({represented})
