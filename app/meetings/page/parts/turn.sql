-- When the next guardian of the compound stops being one. Part of own.sql.
(
    SELECT min(until) FROM guardianship
    WHERE guardianship.compound_id = %(compound_id)s AND ended_at IS NULL AND until > %(now)s
)
