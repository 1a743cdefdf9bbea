-- The owners that an account stands for in a compound now: its own, and its wards (Civil Code 34).
{bound_owners}
UNION
SELECT owner_id FROM guardianship
WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND ended_at IS NULL
  AND (until IS NULL OR until > %(now)s)
