-- The shifts and slots of the compound that are still to begin. Part of app/home/shared.sql, as `coming`.
SELECT id, offering_id, starts_at, ends_at, capacity, taken
FROM slot
WHERE compound_id = %(compound_id)s AND starts_at > %(now)s AND cancelled_at IS NULL
