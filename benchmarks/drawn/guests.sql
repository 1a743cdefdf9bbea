-- Slots of services that have places left, each with residents who neither run it nor are booked anywhere.
WITH chosen AS MATERIALIZED (
    SELECT slot.compound_id, slot.id, offering.organiser_id FROM slot
    JOIN offering ON offering.compound_id = slot.compound_id AND offering.id = slot.offering_id AND offering.kind = 'service'
    WHERE slot.starts_at > %(now)s AND slot.taken + 2 <= slot.capacity AND slot.cancelled_at IS NULL
    ORDER BY md5(slot.id::text) LIMIT %(number)s
), drawn AS MATERIALIZED (
    SELECT account_id, compound_id, chosen.id AS slot_id
    FROM chosen, LATERAL (
        SELECT account_id FROM binding
        WHERE binding.compound_id = chosen.compound_id AND state = 'accepted' AND account_id <> organiser_id AND NOT EXISTS (
            SELECT FROM booking WHERE booking.compound_id = chosen.compound_id AND person_id = account_id
                                AND booking.starts_at > %(now)s)
        GROUP BY account_id ORDER BY md5(chosen.id::text || account_id) LIMIT 2
    ) AS person
), signed_in AS (
    {signed_in}
)
SELECT 'drawn-' || account_id, compound_id, slot_id FROM drawn
