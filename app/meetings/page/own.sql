-- The reader's own part of a meeting's page, as one JSON value: the reader's owners in its voting parties, each with the
-- party and its ballot; the parties of homes that they own today; and the moment at which the time alone may next change
-- for whom somebody speaks. Part of read.sql; the parts in braces: statements.py.
json_build_object(
    'holders', (
        SELECT coalesce(json_agg(json_build_object(
            'id', party.id, 'number', party.number, 'area_centi', party.area_centi,
            'out_of_scope', party.out_of_scope,
            'doors', ARRAY(
                SELECT home.door FROM voting_party_unit AS home
                WHERE home.compound_id = %(compound_id)s AND home.meeting_id = %(meeting_id)s
                  AND home.party_id = party.id
                ORDER BY home.door
            ),
            'owner_id', holder.owner_id, 'delegate_votes', holder.delegate_votes,
            'paper_votes', holder.paper_votes, 'joined', holder.joined_at IS NOT NULL,
            'speaks', {speaks},
            'holds', {holds},
            'opened', {opened},
            'paper_received_at', (
                SELECT sheet.received_at FROM paper_sheet AS sheet
                WHERE sheet.compound_id = %(compound_id)s AND sheet.meeting_id = %(meeting_id)s
                  AND sheet.party_id = party.id AND sheet.state IN ('open', 'mismatched', 'confirmed')
            ),
            'ballot', (  -- joined, the planner would read all ballots of the meeting to find one
                SELECT json_build_object(
                    'id', ballot.id, 'state', ballot.state, 'owner_id', ballot.owner_id, 'choices', ballot.choices,
                    'marks', ballot.marks, 'accepted_at', ballot.accepted_at,
                    'leaf_hash', encode(ballot.leaf_hash, 'hex'), 'nonce', encode(ballot.nonce, 'hex'),
                    'receipt_key_id', ballot.receipt_key_id,
                    'receipt_signature', encode(ballot.receipt_signature, 'hex'),
                    'replaces', ballot.replaces, 'replaces_leaf_hash', encode(ballot.replaces_leaf_hash, 'hex')
                )
                FROM ballot
                WHERE ballot.compound_id = %(compound_id)s AND ballot.meeting_id = %(meeting_id)s
                  AND ballot.party_id = party.id AND ballot.state IN ('effective', 'disputed')
            )
        )), '[]')
        FROM voting_party_owner AS holder
        JOIN voting_party AS party
          ON party.compound_id = %(compound_id)s AND party.meeting_id = %(meeting_id)s AND party.id = holder.party_id
        WHERE holder.compound_id = %(compound_id)s AND holder.meeting_id = %(meeting_id)s
          AND holder.owner_id = ANY (ARRAY({represented}))
    ),
    'homes', {homes},
    'turn', {turn}
)
