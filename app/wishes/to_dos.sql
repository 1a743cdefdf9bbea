-- What waits for the account in its wishes, as {what: how many}. Part of app/home/own.sql.
(
    SELECT jsonb_build_object(
        'rate_wish', count(*) FILTER (WHERE wish.state = 'fulfilled'),
        'mend_wish', count(*) FILTER (WHERE wish.state = 'returned')
    )
    FROM wish
    WHERE wish.compound_id = %(compound_id)s AND wish.posted_by = %(account_id)s
      AND wish.state IN ('fulfilled', 'returned')
) || (
    SELECT jsonb_build_object(
        'begin_claim', count(*) FILTER (WHERE claim.started_at IS NULL AND claim.lapses_at > %(now)s),
        'fulfil_wish', count(*) FILTER (WHERE claim.started_at IS NOT NULL)
    )
    FROM wish_claim AS claim
    WHERE claim.compound_id = %(compound_id)s AND claim.account_id = %(account_id)s AND claim.ended_at IS NULL
)
