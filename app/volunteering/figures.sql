-- What volunteering adds to the statistics of a month, by compound: part of app/statistics/refresh.sql.
SELECT compound_id, 'posts_claimed', count(*), count(DISTINCT account_id)
FROM post_claim
WHERE state IN ('claimed', 'confirmed') AND claimed_at >= :since AND claimed_at < :until
GROUP BY compound_id
UNION ALL
SELECT booking.compound_id, 'people_served', count(*), count(DISTINCT booking.person_id)
FROM booking
JOIN slot ON slot.compound_id = booking.compound_id AND slot.id = booking.slot_id
JOIN offering ON offering.compound_id = slot.compound_id AND offering.id = slot.offering_id
WHERE booking.state = 'booked' AND offering.kind = 'service' AND slot.cancelled_at IS NULL
  AND slot.ends_at >= :since AND slot.ends_at < least(:until, :now)
GROUP BY booking.compound_id
UNION ALL
SELECT compound_id, 'service_minutes', sum(minutes)::bigint, count(DISTINCT account_id)
FROM service_record
WHERE state = 'confirmed' AND started_at >= :since AND started_at < :until
GROUP BY compound_id
