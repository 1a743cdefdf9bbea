-- That whoever is `drawn` has looked at the meeting before, if it is not over: the first look is recorded. Part of
-- readers.sql.
, looked AS (
    INSERT INTO delivery (compound_id, meeting_id, party_id, item, way, delivered_at, recorded_at, account_id)
    SELECT drawn.compound_id, drawn.meeting_id, holder.party_id, shown.item, 'opened', %(now)s, %(now)s, drawn.account_id
    FROM drawn
    JOIN meeting ON meeting.compound_id = drawn.compound_id AND meeting.id = drawn.meeting_id
                AND meeting.closes_at > %(now)s AND meeting.counted_at IS NULL
    JOIN binding ON binding.compound_id = drawn.compound_id AND binding.account_id = drawn.account_id
                AND binding.state = 'accepted'
    JOIN voting_party_owner AS holder
      ON holder.compound_id = drawn.compound_id AND holder.meeting_id = drawn.meeting_id
     AND holder.owner_id = binding.owner_id
    CROSS JOIN (VALUES ('notice'), ('ballot')) AS shown (item)
    ON CONFLICT DO NOTHING
)
