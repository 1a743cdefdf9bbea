-- The parties that the account can vote for now and has not, as {meeting: [party]}, for the meetings that are open.
-- OFFSET 0: else the planner reads all ballots of a meeting to see whether one is there.
-- Part of app/home/visit.sql.
SELECT coalesce(json_object_agg(meeting.id, ARRAY(
    SELECT party.id
    FROM voting_party_owner AS holder
    JOIN voting_party AS party
      ON party.compound_id = %(compound_id)s AND party.meeting_id = meeting.id AND party.id = holder.party_id
    WHERE holder.compound_id = %(compound_id)s AND holder.meeting_id = meeting.id
      AND holder.owner_id = ANY (ARRAY({represented}))
      AND NOT holder.delegate_votes AND NOT holder.paper_votes
      AND NOT party.out_of_scope @> meeting.motion_ids
      AND NOT EXISTS (
          SELECT FROM ballot
          WHERE ballot.compound_id = %(compound_id)s AND ballot.meeting_id = meeting.id
            AND ballot.party_id = party.id AND ballot.state IN ('effective', 'disputed')
          OFFSET 0
      )
      AND {speaks}
      AND {holds}
    UNION
    SELECT mandate.party_id
    FROM mandate
    WHERE mandate.compound_id = %(compound_id)s AND mandate.meeting_id = meeting.id
      AND mandate.account_id = %(account_id)s AND mandate.revoked_at IS NULL
      AND NOT EXISTS (
          SELECT FROM ballot
          WHERE ballot.compound_id = %(compound_id)s AND ballot.meeting_id = meeting.id
            AND ballot.party_id = mandate.party_id AND ballot.state IN ('effective', 'disputed')
          OFFSET 0
      )
    ORDER BY 1
)), '{}')
FROM meeting
WHERE meeting.compound_id = %(compound_id)s AND meeting.cancelled_at IS NULL AND meeting.annulled_at IS NULL
  AND meeting.announced_at IS NOT NULL AND meeting.counted_at IS NULL
  AND meeting.opens_at <= %(now)s AND meeting.closes_at > %(now)s
