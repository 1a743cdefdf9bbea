-- The parties that have cast nothing, and the accounts that stand for somebody.
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
