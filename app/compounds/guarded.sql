-- Whether there is a guardian in the compound; the time alone only ends it.
SELECT FROM guardianship
WHERE compound_id = %(compound_id)s AND ended_at IS NULL AND (until IS NULL OR until > %(now)s)
