-- Wishes that are free, each with a neighbour who did not post it.
WITH chosen AS MATERIALIZED (
    SELECT compound_id, id, posted_by FROM wish WHERE state = 'published' AND expires_at > %(now)s
    ORDER BY md5(id::text) LIMIT %(number)s
), drawn AS MATERIALIZED (
    SELECT account_id, compound_id, chosen.id AS wish_id
    FROM chosen, LATERAL (
        SELECT account_id FROM binding
        WHERE binding.compound_id = chosen.compound_id AND state = 'accepted' AND account_id <> posted_by
        ORDER BY md5(chosen.id::text || binding.id) LIMIT 1
    ) AS person
), signed_in AS (
    {signed_in}
)
SELECT 'drawn-' || account_id, compound_id, wish_id FROM drawn
