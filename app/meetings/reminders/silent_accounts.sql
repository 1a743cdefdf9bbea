-- The accounts that can still vote for a party of the meeting that has cast nothing: owners and guardians by the same
-- conditions as a ballot (speaks.sql, holds.sql), and whoever holds a mandate that gives a vote still. No party that voted, in the app or on paper, none
-- that has nothing to decide in this meeting, and of co-owners with a delegate only the delegate.
WITH silent AS (
    SELECT party.id
    FROM voting_party AS party
    JOIN meeting ON meeting.compound_id = party.compound_id AND meeting.id = party.meeting_id
    WHERE party.compound_id = :compound_id AND party.meeting_id = :meeting_id
      AND NOT party.out_of_scope @> meeting.motion_ids
      AND NOT EXISTS (
          SELECT FROM ballot
          WHERE ballot.compound_id = party.compound_id AND ballot.meeting_id = party.meeting_id
            AND ballot.party_id = party.id AND ballot.state IN ('effective', 'disputed')
      )
      AND NOT EXISTS (
          SELECT FROM voting_party_owner AS signed
          WHERE signed.compound_id = party.compound_id AND signed.meeting_id = party.meeting_id
            AND signed.party_id = party.id AND signed.paper_votes
      )
), candidate AS (
    SELECT compound_id, owner_id, account_id FROM binding WHERE compound_id = :compound_id AND state = 'accepted'
    UNION
    SELECT compound_id, owner_id, account_id FROM guardianship
    WHERE compound_id = :compound_id AND ended_at IS NULL AND account_id IS NOT NULL
)
SELECT candidate.account_id
FROM silent
JOIN voting_party_owner AS holder
  ON holder.compound_id = :compound_id AND holder.meeting_id = :meeting_id AND holder.party_id = silent.id
JOIN candidate ON candidate.compound_id = holder.compound_id AND candidate.owner_id = holder.owner_id
WHERE NOT holder.delegate_votes AND {can_vote}
UNION
-- Who bought all units of a silent party while voting runs, and has not taken the sellers' place yet.
SELECT candidate.account_id
FROM silent
JOIN voting_party_unit AS seat
  ON seat.compound_id = :compound_id AND seat.meeting_id = :meeting_id AND seat.party_id = silent.id
JOIN unit ON unit.compound_id = seat.compound_id AND unit.id = seat.unit_id AND NOT unit.held_by_developer
JOIN ownership ON ownership.compound_id = seat.compound_id AND ownership.unit_id = seat.unit_id
 AND ownership.valid_to IS NULL
JOIN candidate ON candidate.compound_id = ownership.compound_id AND candidate.owner_id = ownership.owner_id
WHERE NOT EXISTS (
    SELECT FROM voting_party_owner AS known
    WHERE known.compound_id = :compound_id AND known.meeting_id = :meeting_id AND known.party_id = silent.id
      AND known.owner_id = ownership.owner_id
)
GROUP BY silent.id, ownership.owner_id, candidate.account_id
HAVING count(DISTINCT seat.unit_id) = (
    SELECT count(*) FROM voting_party_unit AS whole
    WHERE whole.compound_id = :compound_id AND whole.meeting_id = :meeting_id AND whole.party_id = silent.id
)
UNION
-- A mandate has lapsed when the principal sold, or a delegate votes; the developer's, when a unit was delivered.
SELECT mandate.account_id
FROM silent
JOIN mandate ON mandate.compound_id = :compound_id AND mandate.meeting_id = :meeting_id AND mandate.party_id = silent.id
LEFT JOIN voting_party_owner AS holder
  ON holder.compound_id = :compound_id AND holder.meeting_id = :meeting_id AND holder.party_id = silent.id
 AND holder.owner_id = mandate.owner_id
WHERE mandate.revoked_at IS NULL AND mandate.account_id IS NOT NULL
  AND CASE WHEN mandate.owner_id IS NOT NULL THEN NOT holder.delegate_votes AND {holds}
ELSE NOT EXISTS (
    SELECT FROM voting_party_unit AS seat
    JOIN unit ON unit.compound_id = seat.compound_id AND unit.id = seat.unit_id
    WHERE seat.compound_id = :compound_id AND seat.meeting_id = :meeting_id AND seat.party_id = silent.id
      AND NOT unit.held_by_developer
) END
