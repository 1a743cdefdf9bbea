-- The rest of the account's own part: what changes only with the compound's version, with the restless part, or at a
-- turn of the time (turns in shared.sql). The parts in braces belong to their domains and may use `represented`.
-- Part of visit.sql.
, jsonb_build_object(
    'activities', ({activities}),
    'to_dos', ({wishes_to_do}) || ({notices_to_do})
)::text
