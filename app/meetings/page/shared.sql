-- What all owners see of a meeting's page, as one JSON value: its row, its agenda, the ballots once counted, when none
-- comes or goes any more, and the count once published. All but the row is frozen, by the announcement or by the count.
-- Part of row.sql.
, json_build_object(
    'meeting', json_build_object(
        'title', meeting.title, 'convenor', meeting.convenor, 'opens_at', meeting.opens_at,
        'closes_at', meeting.closes_at, 'announced_at', meeting.announced_at, 'counted_at', meeting.counted_at,
        'published_at', meeting.published_at, 'result_code', meeting.result_code,
        'finalized_at', meeting.finalized_at, 'annulled_at', meeting.annulled_at,
        'annul_reason', meeting.annul_reason, 'cancelled_at', meeting.cancelled_at,
        'cancel_asked_at', meeting.cancel_asked_at,
        'rule_set', meeting.rule_set, 'rule_set_version', meeting.rule_set_version,
        'motion_ids', meeting.motion_ids, 'electorate_persons', meeting.electorate_persons,
        'electorate_area_centi', meeting.electorate_area_centi
    ),
    'motions', (
        SELECT coalesce(json_agg(json_build_object(
            'motion', json_build_object(
                'id', motion.id, 'position', motion.position, 'matter', motion.matter, 'title', motion.title,
                'text', motion.text, 'scope_building_id', motion.scope_building_id,
                'scope_stairwell', motion.scope_stairwell, 'scope_name', motion.scope_name, 'seats', motion.seats,
                'committee_kind', motion.committee_kind, 'term_years', motion.term_years
            ),
            'attachments', (
                SELECT coalesce(json_agg(json_build_object(
                    'id', attachment.id, 'position', attachment.position, 'file_name', attachment.file_name,
                    'media_type', attachment.media_type, 'size', attachment.size,
                    'sha256', encode(attachment.sha256, 'hex')
                ) ORDER BY attachment.position), '[]')
                FROM attachment
                WHERE attachment.compound_id = %(compound_id)s AND attachment.motion_id = motion.id
            ),
            'candidates', (
                SELECT coalesce(json_agg(json_build_object(
                    'id', candidate.id, 'position', candidate.position, 'name', encode(candidate.name, 'hex'),
                    'statement', candidate.statement
                ) ORDER BY candidate.position), '[]')
                FROM candidate
                WHERE candidate.compound_id = %(compound_id)s AND candidate.motion_id = motion.id AND motion.seats > 0
            )
        ) ORDER BY motion.position), '[]')
        FROM motion
        WHERE motion.compound_id = %(compound_id)s AND motion.meeting_id = %(meeting_id)s
    ),
    'ballots', CASE WHEN meeting.counted_at IS NOT NULL THEN (
        SELECT json_build_object('standing', standing, 'persons', persons, 'area_centi', area_centi)
        FROM ({turnout}) AS taken
    ) END,
    'record', CASE WHEN meeting.published_at IS NOT NULL THEN (
        SELECT record FROM count_record
        WHERE count_record.compound_id = %(compound_id)s AND count_record.meeting_id = %(meeting_id)s
    ) END
)::text
