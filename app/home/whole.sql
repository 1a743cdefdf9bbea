-- A home as a process sees it that knows nothing of the compound, or an older version: the reader's row (visit.sql) and, of
-- the same snapshot, what all share (shared.sql); of a compound that there is not, NULL for the latter.
SELECT *
FROM ({visit}) AS reader
LEFT JOIN ({shared}) AS of_all ON TRUE
