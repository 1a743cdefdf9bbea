-- The part of a compound's home that is the same for all its readers, as one JSON value, and until when the time alone
-- leaves every home of the compound as it is: the next turn, or a day. The parts in braces belong to their domains and
-- know no account. Then what of the reader's own (visit.sql) need be asked for at all.
SELECT jsonb_build_object(
    'compound', name,
    'meetings', ({meetings}),
    'wishes', ({wishes}),
    'activities', ({activities}),
    'notices', ({notices})
)::text, (
    SELECT least(min(moment), %(now)s + interval '1 day')
    FROM (
        ({meeting_turns}) UNION ALL ({wish_turns}) UNION ALL ({activity_turns}) UNION ALL ({notice_turns})
        UNION ALL ({guardian_turns})
    ) AS turn (moment)
    WHERE moment > %(now)s
), EXISTS ({votes_left}), EXISTS ({guarded}) OR EXISTS ({entries_left})
FROM org_unit
WHERE id = %(compound_id)s AND kind = 'compound'
