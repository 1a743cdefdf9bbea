-- When the time alone changes next what homes show of the red/black list and ask of those concerned.
-- Part of app/home/shared.sql.
SELECT least(
    min(hearing_until) FILTER (WHERE hearing_until > %(now)s),
    min(expires_at) FILTER (WHERE expires_at > %(now)s)
)
FROM entry
