-- The part of a compound's home that is the same for all its readers, as one JSON value, and until when the time alone
-- leaves every home of the compound as it is: the next turn, or a day. Then what of the reader's own (visit.sql) need be
-- asked for at all. The parts in braces belong to their domains and know no account; each table is read once.
WITH current AS MATERIALIZED (
    {current_meetings}
), unfinished AS MATERIALIZED (
    {unfinished_wishes}
), coming AS MATERIALIZED (
    {coming_slots}
), entry AS MATERIALIZED (
    {current_entries}
), guarded AS MATERIALIZED (
    {guardianships}
)
SELECT json_build_object(
    'compound', name,
    'meetings', ({meetings}),
    'wishes', ({wishes}),
    'activities', ({activities}),
    'notices', ({notices})
)::text,
    least(
        ({meeting_turn}), ({wish_turn}), ({activity_turn}), ({notice_turn}), ({guardian_turn}), %(now)s + interval '1 day'
    ),
    EXISTS ({votes_left}), EXISTS (SELECT FROM guarded) OR EXISTS ({entries_left})
FROM org_unit
WHERE id = %(compound_id)s AND kind = 'compound'
