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
    INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
    SELECT DISTINCT sha256(convert_to('drawn-' || account_id, 'utf8')), account_id, %(now)s::timestamptz,
           %(now)s::timestamptz + interval '30 days'
    FROM drawn
    ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at
)
SELECT 'drawn-' || account_id, compound_id, slot_id FROM drawn
