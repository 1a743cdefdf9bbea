-- When the time alone changes next what homes show of the compound's wishes and ask of their claimants.
-- Part of app/home/shared.sql.
SELECT least(
    min(expires_at) FILTER (WHERE expires_at > %(now)s),
    min(claim_lapses_at) FILTER (WHERE claim_lapses_at > %(now)s)
)
FROM unfinished
