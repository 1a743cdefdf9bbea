-- The shifts and slots of the next two weeks where the account has a place or waits, the next first.
-- Part of app/home/own.sql.
SELECT coalesce(jsonb_agg(shown ORDER BY shown.starts_at, shown.id), '[]')
FROM (
    SELECT slot.id, slot.offering_id, offering.title, offering.place, slot.starts_at, slot.ends_at,
           slot.capacity - slot.taken AS free, booking.state AS mine
    FROM booking
    JOIN slot ON slot.compound_id = booking.compound_id AND slot.id = booking.slot_id
    JOIN offering ON offering.compound_id = slot.compound_id AND offering.id = slot.offering_id
    WHERE booking.compound_id = %(compound_id)s AND booking.person_id = %(account_id)s
      AND booking.state IN ('booked', 'waiting')
      AND slot.cancelled_at IS NULL AND offering.cancelled_at IS NULL
      AND slot.starts_at > %(now)s AND slot.starts_at <= %(now)s + interval '14 days'
    ORDER BY slot.starts_at, slot.id
    LIMIT 5
) AS shown
