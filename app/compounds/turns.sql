-- When the time alone changes whom accounts of the compound stand for. Part of app/home/shared.sql.
SELECT until
FROM guardianship
WHERE compound_id = %(compound_id)s AND ended_at IS NULL
