-- When the time alone changes next what homes show of the compound's meetings. Part of app/home/shared.sql.
SELECT least(
    min(opens_at) FILTER (WHERE opens_at > %(now)s),
    min(closes_at) FILTER (WHERE closes_at > %(now)s),
    min(published_at) FILTER (WHERE published_at > %(now)s - interval '14 days') + interval '14 days'
)
FROM current
