-- The shifts and slots of the next two weeks that the compound's home shows: where the account has a place or waits,
-- then those with free places, the next first. Part of app/home/feed.sql.
SELECT coalesce(jsonb_agg(shown ORDER BY shown.mine IS NULL, shown.starts_at, shown.id), '[]')
FROM (
    SELECT slot.id, slot.offering_id, offering.title, offering.place, slot.starts_at, slot.ends_at,
           slot.capacity - slot.taken AS free, booking.state AS mine
    FROM slot
    JOIN offering ON offering.compound_id = slot.compound_id AND offering.id = slot.offering_id
    LEFT JOIN booking ON booking.compound_id = slot.compound_id AND booking.slot_id = slot.id
      AND booking.person_id = %(account_id)s AND booking.state IN ('booked', 'waiting')
    WHERE slot.compound_id = %(compound_id)s AND slot.cancelled_at IS NULL AND offering.cancelled_at IS NULL
      AND slot.starts_at > %(now)s AND slot.starts_at < %(now)s + interval '14 days'
      AND (booking.state IS NOT NULL OR slot.taken < slot.capacity)
    ORDER BY booking.state IS NULL, slot.starts_at, slot.id
    LIMIT 5
) AS shown
