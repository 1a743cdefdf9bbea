-- Owners who have not voted yet in a meeting that is open, one of each party.
WITH open AS MATERIALIZED (
    SELECT compound_id, id, motion_ids FROM meeting
    WHERE opens_at < %(now)s AND closes_at > %(now)s AND counted_at IS NULL AND cancelled_at IS NULL
    ORDER BY md5(id::text) LIMIT %(number)s
), drawn AS MATERIALIZED (
    SELECT account_id, open.compound_id, open.id AS meeting_id, party_id, motion_ids
    FROM open, LATERAL (
        SELECT DISTINCT ON (md5(holder.party_id::text)) binding.account_id, holder.party_id
        FROM voting_party_owner AS holder
        JOIN binding ON binding.compound_id = open.compound_id AND binding.owner_id = holder.owner_id
                    AND binding.state = 'accepted' AND binding.method = 'phone'
        WHERE holder.compound_id = open.compound_id AND holder.meeting_id = open.id AND NOT EXISTS (
            SELECT FROM ballot WHERE ballot.compound_id = open.compound_id AND ballot.meeting_id = open.id
                               AND ballot.party_id = holder.party_id)
        ORDER BY md5(holder.party_id::text), binding.account_id
        LIMIT 1 + %(number)s / (SELECT count(*) FROM open)
    ) AS person
), signed_in AS (
    {signed_in}
)
SELECT 'drawn-' || account_id, compound_id, meeting_id, party_id, motion_ids FROM drawn
