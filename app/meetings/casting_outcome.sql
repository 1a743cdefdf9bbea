-- One row: the ballot's id, or why there is none. Part of casting.sql.
SELECT accepted.id AS ballot_id, CASE WHEN accepted.id IS NULL THEN jsonb_build_object(
    'announced', frozen.announced_at IS NOT NULL,
    'cancelled', frozen.cancelled_at IS NOT NULL,
    'opened', frozen.opens_at <= %(now)s,
    'is_open', frozen.is_open,
    'opens_at', frozen.opens_at,
    'motions_known', %(motion_ids)s::uuid[] <@ frozen.motion_ids,
    'elections', frozen.elections,
    'is_member', party.id IS NOT NULL,
    'out_of_scope', (SELECT jsonb_build_object('motion_id', motion.id, 'title', motion.title,
                                               'scope', motion.scope_name)
                     FROM motion WHERE motion.compound_id = %(compound_id)s
                     AND motion.id = ANY (%(marked)s::uuid[]) AND motion.id = ANY (party.out_of_scope)
                     ORDER BY motion.position LIMIT 1),
    'owner_id', party.owner_id,
    'earlier', (SELECT ballot.id FROM ballot WHERE ballot.compound_id = %(compound_id)s
                AND ballot.meeting_id = %(meeting_id)s AND ballot.party_id = %(party_id)s
                AND ballot.state IN ('effective', 'disputed'))
) END AS refusal
FROM (SELECT) AS always LEFT JOIN frozen ON true LEFT JOIN party ON true LEFT JOIN accepted ON true
