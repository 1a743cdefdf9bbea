-- The row of an announced meeting, as a number that any change of it changes, and what a process must know of the compound
-- to ask for a reader's own part: the version as of which all of this is so, and whether anybody has a guardian.
-- `guardianships`: those in force. `more`: what all see of the meeting (shared.sql).
SELECT (SELECT version FROM home_version WHERE compound_id = %(compound_id)s), hash_record_extended(meeting, 0),
       EXISTS ({guardianships}){more}
FROM meeting
WHERE meeting.compound_id = %(compound_id)s AND meeting.id = %(meeting_id)s AND meeting.announced_at IS NOT NULL
