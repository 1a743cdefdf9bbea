-- What wishes add to the statistics of a month, by compound: part of app/statistics/refresh.sql.
SELECT compound_id, 'wishes_published', count(*), count(DISTINCT posted_by)
FROM wish
WHERE published_at >= :since AND published_at < :until
GROUP BY compound_id
UNION ALL
SELECT claim.compound_id, 'wishes_fulfilled', count(*), count(DISTINCT wish.posted_by)
FROM wish_claim AS claim
JOIN wish ON wish.compound_id = claim.compound_id AND wish.id = claim.wish_id
WHERE claim.ending = 'fulfilled' AND claim.ended_at >= :since AND claim.ended_at < :until
GROUP BY claim.compound_id
