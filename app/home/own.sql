-- What more a compound's home shows of the account's own, as one JSON value: asked for where visit.sql finds that there may
-- be any. The parts in braces belong to their domains; they may use `represented` (the owners that the account stands for).
WITH represented AS (
    {represented}
)
SELECT jsonb_build_object('activities', ({activities}), 'to_dos', {wishes_to_do} || ({notices_to_do}))::text
