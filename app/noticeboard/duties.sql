-- What waits at the red/black list for those who judge it, as {what: how many}. Part of app/home/duties.sql, which
-- says what the account's roles are (`held`).
SELECT jsonb_build_object(
    'decide_appeal', (
        SELECT count(*)
        FROM notice_statement AS appeal
        JOIN notice_entry AS entry ON entry.compound_id = %(compound_id)s AND entry.id = appeal.entry_id
        WHERE appeal.compound_id = %(compound_id)s AND appeal.state = 'open'
          AND NOT %(account_id)s IN (appeal.account_id, entry.drafted_by)
          AND EXISTS (SELECT FROM held WHERE role = ANY (%(judges)s::text[]))
    )
)
