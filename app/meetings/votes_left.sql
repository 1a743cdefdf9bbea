-- Whether to_cast.sql can find anything in the compound before something changes there or its next turn comes.
-- Part of app/home/shared.sql.
SELECT FROM current WHERE counted_at IS NULL AND opens_at <= %(now)s AND closes_at > %(now)s
