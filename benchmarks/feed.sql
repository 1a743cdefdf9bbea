-- Compounds of one owner a flat, each with past meetings, an open one, wishes in every state and messages.
CREATE TABLE place AS
SELECT number, uuid_v7() AS compound_id, uuid_v7() AS meeting_id FROM generate_series(1, %(compounds)s) AS number;
CREATE TABLE person AS
SELECT place.compound_id, place.meeting_id, flat, uuid_v7() AS account_id, uuid_v7() AS owner_id, uuid_v7() AS unit_id,
       uuid_v7() AS party_id, 'bench-' || place.number || '-' || flat AS token
FROM place, generate_series(1, %(flats)s) AS flat;

INSERT INTO org_unit (id, kind, name, created_at) SELECT compound_id, 'compound', '测量小区' || number, now() FROM place;
INSERT INTO account (id, openid, created_at) SELECT account_id, token, now() FROM person;
INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
SELECT sha256(convert_to(token, 'utf8')), account_id, now(), now() + interval '30 days' FROM person;
INSERT INTO building (compound_id, id, name)
SELECT compound_id, md5(compound_id::text || building)::uuid, building || '栋' FROM place, generate_series(0, 9) AS building;
INSERT INTO unit (compound_id, id, building_id, stairwell, room, use, area_register_centi, held_by_developer)
SELECT compound_id, unit_id, md5(compound_id::text || flat %% 10)::uuid, '', flat::text, 'residence', 10000, false
FROM person;
INSERT INTO owner (compound_id, id, name, name_hash) SELECT compound_id, owner_id, %(name)s, '' FROM person;
INSERT INTO ownership (compound_id, id, unit_id, owner_id, share_numerator, share_denominator, valid_from)
SELECT compound_id, uuid_v7(), unit_id, owner_id, 1, 1, now() - interval '1 year' FROM person;
INSERT INTO binding (compound_id, id, account_id, unit_id, owner_id, state, method, created_at)
SELECT compound_id, uuid_v7(), account_id, unit_id, owner_id, 'accepted', 'phone', now() FROM person;

INSERT INTO meeting (compound_id, id, title, convenor, opens_at, closes_at, rule_set, motion_ids, electorate_persons,
                     electorate_area_centi, created_by, created_at, announced_at, counted_at, published_at)
SELECT compound_id, CASE turn WHEN 0 THEN meeting_id ELSE uuid_v7() END, '第' || turn || '次业主大会', 'committee',
       closes - interval '10 days', closes, '{}',
       ARRAY[uuid_v7(), uuid_v7(), uuid_v7(), uuid_v7(), uuid_v7()], %(flats)s, %(flats)s * 10000, compound_id,
       closes - interval '40 days', closes - interval '30 days',
       CASE WHEN turn > 0 THEN closes END, CASE WHEN turn > 0 THEN closes END
FROM place, generate_series(0, 5) AS turn, LATERAL (SELECT now() + interval '9 days' - turn * interval '100 days' AS closes);
INSERT INTO motion (compound_id, id, meeting_id, position, matter, title, text)
SELECT compound_id, motion.id, meeting.id, motion.position, 6, '是否更换' || motion.position || '号电梯',
       '更换为新电梯，费用从维修资金列支。'
FROM meeting, unnest(motion_ids) WITH ORDINALITY AS motion (id, position);
INSERT INTO voting_party (compound_id, meeting_id, id, number, area_centi, is_developer)
SELECT compound_id, meeting_id, party_id, flat, 10000, false FROM person;
INSERT INTO voting_party_unit (compound_id, meeting_id, unit_id, party_id, door, area_centi, area_source)
SELECT compound_id, meeting_id, unit_id, party_id, flat::text, 10000, 'register' FROM person;
INSERT INTO voting_party_owner (compound_id, meeting_id, party_id, owner_id, name)
SELECT compound_id, meeting_id, party_id, owner_id, %(name)s FROM person;

INSERT INTO wish (compound_id, id, posted_by, text, category, state, state_since, unit_id, building_id, beneficiary_name,
                  created_at, listed_at, published_at, expires_at)
SELECT person.compound_id, uuid_v7(), account_id, '家里的水龙头一直漏水，想请会修的邻居来看一看。', 'repair',
       CASE WHEN flat %% 10 = 0 THEN 'published' ELSE 'rated' END, since, unit_id,
       md5(person.compound_id::text || flat %% 7)::uuid, %(name)s, since, since, since, since + interval '400 days'
FROM person, LATERAL (SELECT now() - flat * interval '12 hours' AS since);
INSERT INTO outbox (compound_id, account_id, kind, data, page, dedup_key, urgency, state, created_at, due_at, expires_at,
                    read_at)
SELECT compound_id, account_id, 'meeting_announced', '{}', '', 'bench-' || flat || '-' || message, 'bulk', 'sent', now(),
       now(), now(), CASE WHEN message > 3 THEN now() END
FROM person, generate_series(1, 8) AS message;
DROP TABLE place;
