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
