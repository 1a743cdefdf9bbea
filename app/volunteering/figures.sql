-- What volunteering adds to the statistics of a month, by compound: part of app/statistics/refresh.sql.
-- "By others": by those who own no home here on the day of counting, as tenants and members of partner units.
SELECT compound_id, 'members_reported', count(*), count(DISTINCT account_id)
FROM report_in
WHERE withdrawn_at IS NULL AND reported_at >= :since AND reported_at < :until
GROUP BY compound_id
UNION ALL
SELECT claim.compound_id, measure.name, count(*), count(DISTINCT claim.account_id)
FROM post_claim AS claim
CROSS JOIN (VALUES ('posts_claimed', false), ('posts_claimed_by_others', true)) AS measure (name, by_others)
WHERE claim.state IN ('claimed', 'confirmed') AND claim.claimed_at >= :since AND claim.claimed_at < :until
  AND NOT (measure.by_others AND EXISTS (
      SELECT FROM binding AS own
      WHERE own.compound_id = claim.compound_id AND own.account_id = claim.account_id AND own.state = 'accepted'
        AND own.capacity = 'owner'
  ))
GROUP BY claim.compound_id, measure.name
UNION ALL
SELECT booking.compound_id, 'people_served', count(*), count(DISTINCT booking.person_id)
FROM booking
JOIN slot ON slot.compound_id = booking.compound_id AND slot.id = booking.slot_id
JOIN offering ON offering.compound_id = slot.compound_id AND offering.id = slot.offering_id
WHERE booking.state = 'booked' AND offering.kind = 'service' AND slot.cancelled_at IS NULL
  AND slot.ends_at >= :since AND slot.ends_at < least(:until, :now)
GROUP BY booking.compound_id
UNION ALL
SELECT record.compound_id, measure.name, sum(record.minutes)::bigint, count(DISTINCT record.account_id)
FROM service_record AS record
CROSS JOIN (VALUES ('service_minutes', false), ('service_minutes_by_others', true)) AS measure (name, by_others)
WHERE record.state = 'confirmed' AND record.started_at >= :since AND record.started_at < :until
  AND NOT (measure.by_others AND EXISTS (
      SELECT FROM binding AS own
      WHERE own.compound_id = record.compound_id AND own.account_id = record.account_id AND own.state = 'accepted'
        AND own.capacity = 'owner'
  ))
GROUP BY record.compound_id, measure.name
