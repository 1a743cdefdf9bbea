-- A compound whose owners hold one flat each, all signed in, with meetings that are open. Ids of accounts and parties
-- come from the owner's number, so that pgbench can name them.
CREATE TABLE person AS
SELECT number, md5('account' || number)::uuid AS account_id, md5('party' || number)::uuid AS party_id,
       uuid_v7() AS owner_id, uuid_v7() AS unit_id, 'bench-' || number AS token
FROM generate_series(1, %(people)s) AS number;

INSERT INTO org_unit (id, kind, name, created_at) VALUES (%(compound)s, 'compound', '测量小区', now());
INSERT INTO account (id, openid, created_at) SELECT account_id, 'bench-' || number, now() FROM person;
INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
SELECT sha256(convert_to(token, 'utf8')), account_id, now(), now() + interval '30 days' FROM person;
INSERT INTO building (compound_id, id, name) VALUES (%(compound)s, %(compound)s, '1栋');
INSERT INTO unit (compound_id, id, building_id, stairwell, room, use, area_register_centi, held_by_developer)
SELECT %(compound)s, unit_id, %(compound)s, '', number::text, 'residence', 10000, false FROM person;
INSERT INTO owner (compound_id, id, name, name_hash) SELECT %(compound)s, owner_id, %(name)s, '' FROM person;
INSERT INTO ownership (compound_id, id, unit_id, owner_id, share_numerator, share_denominator, valid_from)
SELECT %(compound)s, uuid_v7(), unit_id, owner_id, 1, 1, now() - interval '1 year' FROM person;
INSERT INTO binding (compound_id, id, account_id, unit_id, owner_id, state, method, created_at)
SELECT %(compound)s, uuid_v7(), account_id, unit_id, owner_id, 'accepted', 'phone', now() FROM person;
INSERT INTO meeting (compound_id, id, title, convenor, opens_at, closes_at, rule_set, motion_ids, electorate_persons,
                     electorate_area_centi, created_by, created_at, announced_at, opening_told_at)
SELECT %(compound)s, meeting_id, '测量大会', 'committee', now() - interval '1 day', now() + interval '9 days', %(rule_set)s,
       %(motions)s, %(people)s, %(people)s * 10000, %(compound)s, now(), now() - interval '20 days', now()
FROM unnest(%(meetings)s) AS meeting_id;
INSERT INTO motion (compound_id, id, meeting_id, position, matter, title, text)
SELECT %(compound)s, id, (%(meetings)s)[1], position, 5, '测量事项' || position, '测量用的事项说明。'
FROM unnest(%(motions)s) WITH ORDINALITY AS motion (id, position);
INSERT INTO voting_party (compound_id, meeting_id, id, number, area_centi, is_developer)
SELECT %(compound)s, meeting_id, party_id, number, 10000, false FROM person, unnest(%(meetings)s) AS meeting_id;
INSERT INTO voting_party_unit (compound_id, meeting_id, unit_id, party_id, door, area_centi, area_source)
SELECT %(compound)s, meeting_id, unit_id, party_id, number::text, 10000, 'register'
FROM person, unnest(%(meetings)s) AS meeting_id;
INSERT INTO voting_party_owner (compound_id, meeting_id, party_id, owner_id, name)
SELECT %(compound)s, meeting_id, party_id, owner_id, %(name)s FROM person, unnest(%(meetings)s) AS meeting_id;
