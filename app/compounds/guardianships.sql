-- The guardianships of a compound that are in force, as of the moment at which each ends.
SELECT until FROM guardianship
WHERE compound_id = %(compound_id)s AND ended_at IS NULL AND (until IS NULL OR until > %(now)s)
