-- All that waits on a compound's desk for an account, as one JSON value: per meeting, and what needs no meeting. What
-- the account's roles do not allow is left out by `desk`. Nothing of the own doing is counted where the law wants
-- another person, and of paper what is of the places that a steward looks after.
WITH RECURSIVE {held}, stewardship AS (
    SELECT building_id, stairwell FROM appointment
    WHERE account_id = %(account_id)s AND ended_at IS NULL AND role = 'steward' AND org_unit_id IN (SELECT id FROM line)
), represented AS (
    {represented}
), about_me AS (
    SELECT DISTINCT entry_id FROM notice_entry_person
    WHERE compound_id = %(compound_id)s AND owner_id IN (SELECT owner_id FROM represented)
), put_forward AS (
    SELECT role, made_at FROM role_nomination
    WHERE compound_id = %(compound_id)s AND state = 'open'
      AND phone_hash NOT IN (SELECT phone_hash FROM account_phone WHERE account_id = %(account_id)s)
)
SELECT jsonb_build_object(
    'roles', (SELECT coalesce(jsonb_agg(role), '[]') FROM held),
    'meetings', (
        SELECT coalesce(jsonb_agg(shown ORDER BY shown.id), '[]')
        FROM (
            SELECT meeting.id, meeting.title, meeting.opens_at, meeting.closes_at, meeting.announced_at,
                   meeting.counted_at, meeting.published_at, meeting.rule_set,
                   meeting.cancel_asked_by IS NOT NULL AND meeting.cancel_asked_by <> %(account_id)s AS cancel_asked,
                   (SELECT count(*) FROM electorate_objection AS one
                    WHERE one.compound_id = %(compound_id)s AND one.meeting_id = meeting.id
                      AND one.state = 'filed') AS electorate_objections,
                   (SELECT count(*) FROM result_objection AS one
                    WHERE one.compound_id = %(compound_id)s AND one.meeting_id = meeting.id
                      AND one.decided_at IS NULL) AS result_objections,
                   (SELECT count(*) FROM result_objection AS one
                    WHERE one.compound_id = %(compound_id)s AND one.meeting_id = meeting.id
                      AND one.decided_at IS NULL AND one.account_id <> %(account_id)s) AS result_objections_to_decide,
                   (SELECT count(*) FROM ballot
                    WHERE ballot.compound_id = %(compound_id)s AND ballot.meeting_id = meeting.id
                      AND ballot.state = 'disputed') AS disputed,
                   (SELECT count(*) FROM paper_sheet AS sheet
                    WHERE sheet.compound_id = %(compound_id)s AND sheet.meeting_id = meeting.id
                      AND sheet.state IN ('open', 'mismatched')
                      AND NOT EXISTS (
                          SELECT FROM paper_entry AS mine
                          WHERE mine.compound_id = %(compound_id)s AND mine.sheet_id = sheet.id
                            AND mine.account_id = %(account_id)s AND mine.entered_at IS NOT NULL
                            AND sheet.state = 'open'
                      )
                      AND (
                          EXISTS (SELECT FROM held WHERE role = ANY (%(paper_everywhere)s::text[]))
                          OR EXISTS (SELECT FROM stewardship WHERE building_id IS NULL)
                          OR EXISTS (
                              SELECT FROM voting_party_unit AS home
                              JOIN stewardship AS place ON place.building_id = home.building_id
                               AND place.stairwell IN ('', home.stairwell)
                              WHERE home.compound_id = %(compound_id)s AND home.meeting_id = meeting.id
                                AND home.party_id = sheet.party_id
                          )
                      )) AS sheets,
                   EXISTS (
                       SELECT FROM count_approval AS approval
                       WHERE approval.compound_id = %(compound_id)s AND approval.meeting_id = meeting.id
                         AND approval.account_id = %(account_id)s
                   ) AS approved_by_me
            FROM meeting
            WHERE meeting.compound_id = %(compound_id)s AND meeting.cancelled_at IS NULL
              AND meeting.annulled_at IS NULL AND meeting.finalized_at IS NULL
            ORDER BY meeting.id DESC
            LIMIT 20
        ) AS shown
    ),
    'review', (
        SELECT jsonb_build_object('count', count(*), 'since', min(opened_at))
        FROM review_case
        WHERE compound_id = %(compound_id)s
          AND (state IN ('waiting', 'appealed') OR state = 'checking' AND check_until <= %(now)s)
          AND NOT %(account_id)s = ANY (involved)
          AND NOT (state = 'appealed' AND decided_by IS NOT DISTINCT FROM %(account_id)s)
    ),
    'decide_appeal', (
        SELECT jsonb_build_object('count', count(*), 'since', min(appeal.made_at))
        FROM notice_statement AS appeal
        JOIN notice_entry AS entry ON entry.compound_id = %(compound_id)s AND entry.id = appeal.entry_id
        WHERE appeal.compound_id = %(compound_id)s AND appeal.state = 'open'
          AND appeal.account_id <> %(account_id)s AND entry.drafted_by <> %(account_id)s
          AND entry.reviewed_by IS DISTINCT FROM %(account_id)s
          AND appeal.owner_id NOT IN (SELECT owner_id FROM represented)
          AND entry.id NOT IN (SELECT entry_id FROM about_me)
    ),
    'publish_entry', (
        SELECT jsonb_build_object('count', count(*), 'since', min(hearing_until))
        FROM notice_entry AS entry
        WHERE compound_id = %(compound_id)s AND state = 'hearing' AND hearing_until <= %(now)s
          AND drafted_by <> %(account_id)s AND id NOT IN (SELECT entry_id FROM about_me)
          AND NOT EXISTS (
              SELECT FROM notice_statement AS appeal
              WHERE appeal.compound_id = %(compound_id)s AND appeal.entry_id = entry.id AND appeal.state = 'open'
          )
    ),
    'tell_on_paper', (
        SELECT jsonb_build_object('count', count(DISTINCT entry.id), 'since', min(entry.created_at))
        FROM notice_entry AS entry
        JOIN notice_entry_person AS person ON person.compound_id = %(compound_id)s AND person.entry_id = entry.id
        WHERE entry.compound_id = %(compound_id)s AND entry.state = 'hearing' AND person.told_at IS NULL
    ),
    'mend_entry', (
        SELECT jsonb_build_object('count', count(*), 'since', min(created_at))
        FROM notice_entry
        WHERE compound_id = %(compound_id)s AND state = 'returned' AND drafted_by = %(account_id)s
    ),
    'decide_nomination', (
        SELECT jsonb_build_object('count', count(*), 'since', min(made_at))
        FROM notice_nomination
        WHERE compound_id = %(compound_id)s AND state = 'open' AND account_id <> %(account_id)s
          AND (owner_id IS NULL OR owner_id NOT IN (SELECT owner_id FROM represented))
    ),
    'decide_binding', (
        SELECT jsonb_build_object('count', count(*), 'since', min(created_at))
        FROM binding
        WHERE compound_id = %(compound_id)s AND state = 'applied'
    ),
    'decide_secretary', (
        SELECT jsonb_build_object('count', count(*), 'since', min(made_at))
        FROM put_forward WHERE role = 'secretary'
    ),
    'decide_steward', (
        SELECT jsonb_build_object('count', count(*), 'since', min(made_at))
        FROM put_forward WHERE role = 'steward'
    ),
    'confirm_hours', (
        SELECT jsonb_build_object('count', count(*), 'since', min(started_at))
        FROM service_record
        WHERE compound_id = %(compound_id)s AND state = 'recorded' AND account_id <> %(account_id)s
    ),
    'confirm_own_hours', (
        SELECT jsonb_build_object('count', count(*), 'since', min(record.started_at))
        FROM service_record AS record
        JOIN slot ON slot.compound_id = %(compound_id)s AND slot.id = record.slot_id
        JOIN offering ON offering.compound_id = %(compound_id)s AND offering.id = slot.offering_id
        WHERE record.compound_id = %(compound_id)s AND record.state = 'recorded'
          AND record.account_id <> %(account_id)s AND offering.organiser_id = %(account_id)s
    ),
    'committees', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'expires_at', expires_at)), '[]')
        FROM committee
        WHERE compound_id = %(compound_id)s AND ended_at IS NULL AND expires_at <= %(term_until)s
    )
)
