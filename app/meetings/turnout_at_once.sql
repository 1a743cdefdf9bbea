-- The turnout of an announced meeting, for an owner who is signed in. No row where there is more to do than to look: no
-- sign-in, one that is due to be kept alive, or somebody who sees the meeting for another reason, or does not.
SELECT electorate_persons, electorate_area_centi, taken.persons, taken.area_centi
FROM login_session AS me
JOIN meeting ON meeting.compound_id = %(compound_id)s AND meeting.id = %(meeting_id)s AND meeting.announced_at IS NOT NULL
CROSS JOIN LATERAL (
    SELECT count(*) AS persons, coalesce(sum(area_centi), 0)::bigint AS area_centi
    FROM ballot
    WHERE ballot.compound_id = %(compound_id)s AND ballot.meeting_id = %(meeting_id)s AND ballot.state = 'effective'
) AS taken
WHERE me.token_hash = %(token_hash)s AND me.expires_at >= %(kept_alive)s
  AND EXISTS ({represented})
