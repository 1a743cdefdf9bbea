-- The sign-in, and what the tag of its account's home of a compound is made of; as the beginning of visit.sql. Votes are
-- cast too often for a version: whether one of those that the home asked for has been cast is looked up.
SELECT me.account_id, me.expires_at,
       (SELECT version FROM home_version WHERE compound_id = %(compound_id)s),
       EXISTS (SELECT FROM appointment WHERE account_id = me.account_id AND ended_at IS NULL),
       (SELECT count(*) FROM outbox
        WHERE compound_id = %(compound_id)s AND account_id = me.account_id AND read_at IS NULL),
       EXISTS (
           SELECT
           FROM unnest(%(meeting_ids)s::uuid[], %(party_ids)s::uuid[]) AS vote (meeting_id, party_id)
           JOIN ballot ON ballot.meeting_id = vote.meeting_id AND ballot.party_id = vote.party_id
           WHERE ballot.compound_id = %(compound_id)s AND ballot.state IN ('effective', 'disputed')
       )
FROM login_session AS me
WHERE me.token_hash = %(token_hash)s AND me.expires_at > %(now)s
