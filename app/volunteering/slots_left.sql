-- Whether own.sql can find anything in the compound before something changes there; the time alone only ends it.
-- Part of app/home/shared.sql.
SELECT FROM slot WHERE compound_id = %(compound_id)s AND cancelled_at IS NULL AND starts_at > %(now)s
