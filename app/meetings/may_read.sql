-- Condition on `ballot`: whether one of these owners cast it, or was in its party when it came.
-- A seller does not read what the buyer cast, nor a buyer what the sellers did: by the roll, and by who joined when.
EXISTS (
    SELECT FROM voting_party_owner AS member
    WHERE member.compound_id = ballot.compound_id AND member.meeting_id = ballot.meeting_id
      AND member.party_id = ballot.party_id AND member.owner_id = ANY(%(owner_ids)s)
      AND (
          member.owner_id = ballot.owner_id
          OR EXISTS (
              SELECT FROM voting_party_unit AS home
              JOIN ownership ON ownership.compound_id = home.compound_id AND ownership.unit_id = home.unit_id
              WHERE home.compound_id = member.compound_id AND home.meeting_id = member.meeting_id
                AND home.party_id = member.party_id AND ownership.owner_id = member.owner_id
                AND (ownership.valid_to IS NULL OR ownership.valid_to > ballot.accepted_at)
          )
          AND (
              member.joined_at IS NULL
              OR member.joined_at <= ballot.accepted_at
              OR EXISTS (
                  SELECT FROM voting_party_owner AS caster
                  WHERE caster.compound_id = member.compound_id AND caster.meeting_id = member.meeting_id
                    AND caster.party_id = member.party_id AND caster.owner_id = ballot.owner_id
                    AND caster.joined_at >= member.joined_at
              )
          )
      )
)
