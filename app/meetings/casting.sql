-- Cast a ballot: check the meeting under a lock, check who votes, write the ballot and the message of receipt.
-- Parameters and the parts in braces: app/meetings/casting_statements.py.
WITH {sign_in}frozen AS (
    SELECT meeting.title, compound.name AS compound, opens_at, closes_at, announced_at, counted_at, cancelled_at,
           electorate_version, motion_ids, elections,
           announced_at IS NOT NULL AND cancelled_at IS NULL AND counted_at IS NULL
                       AND opens_at <= %(now)s AND %(now)s < closes_at AS is_open
    FROM meeting JOIN org_unit AS compound ON compound.id = meeting.compound_id
    WHERE meeting.compound_id = %(compound_id)s AND meeting.id = %(meeting_id)s
    FOR SHARE OF meeting
), own AS (
    SELECT voting_party.id, voting_party.area_centi, voting_party.out_of_scope, holder.owner_id, NULL::uuid AS mandate_id,
           (SELECT electorate_version FROM meeting WHERE meeting.compound_id = %(compound_id)s
            AND meeting.id = %(meeting_id)s) AS electorate_version
    FROM voting_party
    JOIN voting_party_owner AS holder
      ON holder.compound_id = voting_party.compound_id AND holder.meeting_id = voting_party.meeting_id
     AND holder.party_id = voting_party.id
    WHERE voting_party.compound_id = %(compound_id)s AND voting_party.meeting_id = %(meeting_id)s
      AND voting_party.id = %(party_id)s AND NOT holder.delegate_votes AND NOT holder.paper_votes
      AND {speaks}
      AND {holds}
    LIMIT 1
    FOR SHARE OF holder  -- a delegate being named, or a sheet being registered, is waited for, and then seen
{mandated}), party AS (
    {parties}
), accepted AS (
    INSERT INTO ballot (compound_id, meeting_id, party_id, id, owner_id, account_id, channel, choices, area_centi,
                        accepted_at, nonce, leaf_hash, receipt_key_id, receipt_signature, marks, mandate_id)
    SELECT %(compound_id)s, %(meeting_id)s, party.id, %(ballot_id)s, party.owner_id, %(account_id)s, 'app',
           ARRAY(
               SELECT coalesce(given.choice, 0)
               FROM unnest(frozen.motion_ids) WITH ORDINALITY AS motion (id, position)
               LEFT JOIN unnest(%(motion_ids)s::uuid[], %(choices)s::smallint[]) AS given (motion_id, choice) ON given.motion_id = motion.id
               ORDER BY motion.position
           ),
           party.area_centi, %(now)s, %(nonce)s, %(leaf_hash)s, %(key_id)s::text, %(signature)s, %(marks)s::jsonb,
           party.mandate_id
    FROM frozen, party
    WHERE frozen.is_open
      -- older where a correction was waited for: the ballot is then tried anew, and sees it
      AND party.electorate_version = frozen.electorate_version
      AND %(motion_ids)s::uuid[] <@ frozen.motion_ids
      AND NOT party.out_of_scope && %(marked)s::uuid[]
      AND (frozen.elections IS NULL OR NOT frozen.elections ?| %(marked)s::uuid[]::text[])
      AND (%(marks)s::jsonb IS NULL OR (
          SELECT bool_and(coalesce(frozen.elections -> given.motion -> 'candidates' @> given.names
                                   AND jsonb_array_length(given.names)
                                       <= (frozen.elections -> given.motion ->> 'seats')::integer, false))
          FROM jsonb_each(%(marks)s::jsonb) AS given (motion, names)))
    ON CONFLICT DO NOTHING
    RETURNING id, accepted_at
), told AS (
    INSERT INTO outbox (compound_id, account_id, kind, data, page, dedup_key, urgency, created_at, due_at,
                        expires_at)
    SELECT %(compound_id)s, %(account_id)s, %(kind)s::text,
           jsonb_build_object('title', frozen.title, 'compound', frozen.compound,
                              'accepted_at', %(now_text)s::text, 'receipt', %(receipt)s::text),
           %(page)s::text, %(dedup_key)s::text, %(urgency)s::text, %(now)s, %(now)s, %(expires_at)s
    FROM accepted, frozen
    ON CONFLICT DO NOTHING
)
{outcome}
