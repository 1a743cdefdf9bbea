-- When the time alone changes next what homes show of the compound's shifts and slots: two weeks before each, and when it
-- begins. Part of app/home/shared.sql.
SELECT least(
    min(starts_at),
    min(starts_at) FILTER (WHERE starts_at > %(now)s + interval '14 days') - interval '14 days'
)
FROM coming
