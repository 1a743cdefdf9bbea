-- What waits for the account in its wishes, as {what: how many}. Part of app/home/settled.sql.
SELECT jsonb_build_object(
    'rate_wish', (
        SELECT count(*) FROM wish
        WHERE wish.compound_id = %(compound_id)s AND wish.posted_by = %(account_id)s AND wish.state = 'fulfilled'
    ),
    'mend_wish', (
        SELECT count(*) FROM wish
        WHERE wish.compound_id = %(compound_id)s AND wish.posted_by = %(account_id)s AND wish.state = 'returned'
    ),
    'begin_claim', (
        SELECT count(*) FROM wish_claim AS claim
        WHERE claim.compound_id = %(compound_id)s AND claim.account_id = %(account_id)s AND claim.ended_at IS NULL
          AND claim.started_at IS NULL AND claim.lapses_at > %(now)s
    ),
    'fulfil_wish', (
        SELECT count(*) FROM wish_claim AS claim
        WHERE claim.compound_id = %(compound_id)s AND claim.account_id = %(account_id)s AND claim.ended_at IS NULL
          AND claim.started_at IS NOT NULL
    )
)
