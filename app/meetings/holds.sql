-- Condition on `holder`, an owner of a voting party: whether every unit of the party is (also) this owner's today.
-- With a unit its vote passes to the buyer (Civil Code 273), so that a seller of one of several no longer votes for all.
NOT EXISTS (
    SELECT FROM voting_party_unit AS seat
    WHERE seat.compound_id = %(compound_id)s AND seat.meeting_id = holder.meeting_id AND seat.party_id = holder.party_id
      AND NOT EXISTS (
          SELECT FROM ownership
          WHERE ownership.compound_id = %(compound_id)s AND ownership.unit_id = seat.unit_id
            AND ownership.owner_id = holder.owner_id AND ownership.valid_to IS NULL
      )
)
