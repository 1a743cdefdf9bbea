-- The accounts that can still vote for a party of the meeting that has cast nothing: owners and guardians by the same
-- conditions as a ballot (speaks.sql, holds.sql), whoever bought its units, and whoever holds a mandate that still gives
-- a vote. No party that voted, in the app or on paper, none that has nothing to decide in this meeting, and of co-owners
-- with a delegate only the delegate.
{silent}SELECT candidate.account_id
FROM silent
JOIN voting_party_owner AS holder
  ON holder.compound_id = :compound_id AND holder.meeting_id = :meeting_id AND holder.party_id = silent.id
JOIN candidate ON candidate.compound_id = holder.compound_id AND candidate.owner_id = holder.owner_id
WHERE NOT holder.delegate_votes AND {can_vote}
UNION
{buyers}UNION
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
