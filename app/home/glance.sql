-- What the tag of an account's home of a compound is made of, as text: the account, the compound's version, the number of
-- unread messages; a home of those who hold no role. No row where there is more to do than to look: no sign-in, one that
-- is due to be kept alive, a role, or a vote that the home asked for and that has been cast since. Votes are cast too
-- often for a version, so they are looked up; no party is of two meetings.
SELECT me.account_id::text || ' ' || coalesce(
           (SELECT version FROM home_version WHERE compound_id = %(compound_id)s::uuid)::text, '-'
       ) || ' ' || (
           SELECT count(*) FROM outbox
           WHERE compound_id = %(compound_id)s::uuid AND account_id = me.account_id AND read_at IS NULL
       )::text
FROM login_session AS me
WHERE me.token_hash = %(token_hash)s::bytea AND me.expires_at >= %(kept_alive)s::timestamptz
  AND NOT EXISTS (SELECT FROM appointment WHERE account_id = me.account_id AND ended_at IS NULL)
  AND NOT EXISTS (
      SELECT FROM ballot
      WHERE compound_id = %(compound_id)s::uuid AND meeting_id = ANY (%(meeting_ids)s::uuid[])
        AND party_id = ANY (%(party_ids)s::uuid[]) AND state IN ('effective', 'disputed')
  )
