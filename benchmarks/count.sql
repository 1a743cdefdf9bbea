-- A closed meeting with a party and a ballot a person: areas and choices as people's are, spread and repeatable.
SET LOCAL session_replication_role = replica;  -- no foreign keys to check: a million rows come faster
INSERT INTO org_unit (id, kind, name, created_at) VALUES (%(compound)s, 'compound', '测量小区', now())
ON CONFLICT DO NOTHING;
INSERT INTO meeting (compound_id, id, title, convenor, opens_at, closes_at, rule_set, motion_ids, electorate_persons,
                     electorate_area_centi, created_by, created_at, announced_at)
VALUES (%(compound)s, %(meeting)s, '测量大会', 'committee', now() - interval '20 days', now() - interval '1 day',
        %(rule_set)s, %(motions)s, %(ballots)s, %(ballots)s::bigint * 20000, %(compound)s, now(),
        now() - interval '40 days');
INSERT INTO motion (compound_id, id, meeting_id, position, matter, title, text)
SELECT %(compound)s, id, %(meeting)s, position, 5, '事项', '' FROM unnest(%(motions)s) WITH ORDINALITY AS m (id, position);
INSERT INTO voting_party (compound_id, meeting_id, id, number, area_centi, is_developer)
SELECT %(compound)s, %(meeting)s, gen_random_uuid(), number, 5000 + number::bigint * 7919 %% 15000, false
FROM generate_series(1, %(ballots)s) AS number;
INSERT INTO ballot (compound_id, meeting_id, party_id, id, owner_id, account_id, channel, choices, area_centi,
                    accepted_at)
SELECT %(compound)s, %(meeting)s, id, uuid_v7(), id, id, 'app',
       ARRAY[1 + number %% 2, number %% 4, number %% 3, number / 3 %% 4, number / 5 %% 3]::smallint[], area_centi,
       now() - interval '2 days'
FROM voting_party WHERE compound_id = %(compound)s AND meeting_id = %(meeting)s
