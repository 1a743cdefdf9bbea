-- What an owner who is signed in, and runs or supervises no meeting, is shown besides what all see of one: what the page's
-- tag is made of, the turnout, and the reader's own part. No row where there is more to do than to look: no sign-in, one that
-- is due to be kept alive, a role that sees more, a mandate for this meeting, or nothing that an owner may see.
-- The parts in braces: app/meetings/page/statements.py; `represented`: the owners that the account stands for.
WITH me AS MATERIALIZED (
    SELECT account_id,
           EXISTS (
               SELECT FROM appointment
               WHERE account_id = login_session.account_id AND ended_at IS NULL AND role IN ({sees_more})
           ) OR EXISTS (
               SELECT FROM mandate
               WHERE compound_id = %(compound_id)s AND account_id = login_session.account_id
                 AND meeting_id = %(meeting_id)s AND revoked_at IS NULL
           ) AS is_more_than_owner
    FROM login_session
    WHERE token_hash = %(token_hash)s AND expires_at >= %(kept_alive)s
)
SELECT me.account_id, (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       {taken}, ({own})::text
FROM me
{turnout}
WHERE NOT me.is_more_than_owner AND EXISTS ({represented})
