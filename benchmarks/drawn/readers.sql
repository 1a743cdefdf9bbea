-- Owners of so many compounds, or of as many as there are, each with the last meeting of the own one.
WITH chosen AS MATERIALIZED (
    SELECT id FROM org_unit WHERE kind = 'compound' ORDER BY md5(id::text) LIMIT %(compounds)s
), drawn AS MATERIALIZED (
    SELECT account_id, chosen.id AS compound_id, latest.id AS meeting_id
    FROM chosen, LATERAL (
        SELECT account_id FROM binding
        WHERE compound_id = chosen.id AND state = 'accepted' AND method = 'phone'
        GROUP BY account_id ORDER BY md5(account_id::text)
        LIMIT 1 + %(number)s / (SELECT count(*) FROM chosen)
    ) AS person, LATERAL (
        SELECT id FROM meeting
        WHERE compound_id = chosen.id AND announced_at IS NOT NULL ORDER BY closes_at DESC LIMIT 1
    ) AS latest
), signed_in AS (
    {signed_in}
){looked}
SELECT 'drawn-' || account_id, compound_id, meeting_id FROM drawn
