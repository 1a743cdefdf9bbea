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
    INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
    SELECT DISTINCT sha256(convert_to('drawn-' || account_id, 'utf8')), account_id, %(now)s::timestamptz,
           %(now)s::timestamptz + interval '30 days'
    FROM drawn
    ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at
)
SELECT 'drawn-' || account_id, compound_id, wish_id FROM drawn
