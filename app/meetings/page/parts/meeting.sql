-- Part of read.sql, where the meeting is not known by the compound's version.
JOIN meeting ON meeting.compound_id = %(compound_id)s AND meeting.id = %(meeting_id)s AND meeting.announced_at IS NOT NULL
