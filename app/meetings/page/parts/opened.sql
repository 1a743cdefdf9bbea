-- What the party has been delivered by reading it. Part of own.sql.
ARRAY(
    SELECT delivery.item FROM delivery
    WHERE delivery.compound_id = %(compound_id)s AND delivery.meeting_id = %(meeting_id)s
      AND delivery.party_id = party.id AND delivery.way = 'opened'
)
