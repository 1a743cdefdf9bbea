-- Whether to_dos.sql finds anything for the account, or may. Part of app/home/visit.sql.
EXISTS (
    SELECT FROM wish
    WHERE wish.compound_id = %(compound_id)s AND wish.posted_by = %(account_id)s
      AND wish.state IN ('fulfilled', 'returned')
) OR EXISTS (
    SELECT FROM wish_claim AS claim
    WHERE claim.compound_id = %(compound_id)s AND claim.account_id = %(account_id)s AND claim.ended_at IS NULL
)
