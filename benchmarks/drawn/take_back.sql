-- Ballots, claims, bookings and looks since a moment are gone; the audit log, which nobody changes, still tells of them.
DELETE FROM outbox WHERE created_at >= %(since)s;
DELETE FROM delivery WHERE recorded_at >= %(since)s;
DELETE FROM ballot WHERE accepted_at >= %(since)s AND leaf_hash IS NOT NULL;
UPDATE wish SET state = 'published', claim_lapses_at = NULL
FROM wish_claim AS claim
WHERE claim.compound_id = wish.compound_id AND claim.wish_id = wish.id AND claim.claimed_at >= %(since)s;
DELETE FROM wish_claim WHERE claimed_at >= %(since)s;
UPDATE slot SET taken = taken - own.number
FROM (SELECT compound_id, slot_id, count(*) AS number FROM booking WHERE booked_at >= %(since)s GROUP BY 1, 2) AS own
WHERE own.compound_id = slot.compound_id AND own.slot_id = slot.id;
DELETE FROM booking WHERE booked_at >= %(since)s;
