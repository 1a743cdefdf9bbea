-- Whether an account is a resident of a compound: bound to a home there, as whatever, or guardian of an owner.
SELECT EXISTS (
    SELECT FROM binding
    WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND state = 'accepted'
) OR EXISTS (
    SELECT FROM guardianship
    WHERE compound_id = %(compound_id)s AND account_id = %(account_id)s AND ended_at IS NULL
      AND (until IS NULL OR until > %(now)s)
)
