-- A county of compounds with a full life, the first one large: homes, owners, volunteers, wishes, the list, messages.
-- Names are one encrypted text, since reading one costs as much as reading another.
SET session_replication_role = replica;  -- no foreign keys to check: rows come faster

CREATE TEMPORARY TABLE node AS
SELECT number, uuid_v7() AS id FROM generate_series(0, (%(compounds)s - 1) / 20) AS number;
CREATE TEMPORARY TABLE place AS
SELECT number, CASE number WHEN 0 THEN %(large)s ELSE uuid_v7() END AS compound_id,
       CASE number WHEN 0 THEN %(large_flats)s ELSE %(flats)s END AS flats,
       CASE number WHEN 0 THEN 40 ELSE 8 END AS scale
FROM generate_series(0, %(compounds)s - 1) AS number;
CREATE TEMPORARY TABLE person AS
SELECT compound_id, number AS place, scale, flat, uuid_v7() AS account_id, uuid_v7() AS owner_id, uuid_v7() AS unit_id,
       uuid_v7() AS volunteer_id, md5(compound_id::text || flat %% scale)::uuid AS building_id
FROM place, generate_series(1, flats) AS flat;
CREATE INDEX ON person (compound_id, flat);

INSERT INTO org_unit (id, kind, name, parent_id, created_at) VALUES
    (%(city)s, 'city', '测量市', NULL, %(now)s::timestamptz), (%(county)s, 'county', '测量县', %(city)s, %(now)s::timestamptz),
    (%(street)s, 'street', '测量街道', %(county)s, %(now)s::timestamptz);
UPDATE node SET id = %(community)s WHERE number = 0;
INSERT INTO org_unit (id, kind, name, parent_id, created_at)
SELECT id, 'community', '测量社区' || number, %(street)s, %(now)s::timestamptz FROM node;
INSERT INTO org_unit (id, kind, name, parent_id, created_at)
SELECT compound_id, 'compound', '测量小区' || place.number, node.id, %(now)s::timestamptz
FROM place JOIN node ON node.number = place.number / 20;
INSERT INTO roll (compound_id, version) SELECT compound_id, 1 FROM place;

INSERT INTO account (id, openid, created_at) SELECT account_id, account_id::text, %(now)s::timestamptz FROM person;
INSERT INTO building (compound_id, id, name)
SELECT compound_id, md5(compound_id::text || building)::uuid, building + 1 || '栋'
FROM place, generate_series(0, scale - 1) AS building;
INSERT INTO unit (compound_id, id, building_id, stairwell, room, use, area_register_centi, held_by_developer)
SELECT compound_id, unit_id, building_id, flat %% 3 + 1 || '单元', (flat / scale)::text,
       CASE WHEN flat %% 20 = 0 THEN 'parking' ELSE 'residence' END, 6000 + flat * 7919 %% 9000, flat %% 500 = 7
FROM person;
INSERT INTO owner (compound_id, id, name, name_hash, phone, phone_hash)
SELECT compound_id, owner_id, %(name)s, sha256(convert_to(flat::text, 'utf8')),
       CASE WHEN flat %% 25 > 0 THEN %(phone)s END,
       CASE WHEN flat %% 25 > 0 THEN sha256(convert_to(place || '/' || flat, 'utf8')) END
FROM person;
INSERT INTO ownership (compound_id, id, unit_id, owner_id, share_numerator, share_denominator, valid_from)
SELECT compound_id, uuid_v7(), unit_id, owner_id, 1, 1, %(now)s::timestamptz - interval '1 year'
FROM person WHERE flat %% 100 <> 99 AND flat %% 500 <> 7;
INSERT INTO binding (compound_id, id, account_id, unit_id, owner_id, state, method, created_at)
SELECT compound_id, uuid_v7(), account_id, unit_id, owner_id, 'accepted', 'phone', %(now)s::timestamptz
FROM person WHERE flat %% 100 <> 99 AND flat %% 500 <> 7;
INSERT INTO binding (compound_id, id, account_id, unit_id, state, method, claimed_name, created_at)
SELECT compound_id, uuid_v7(), account_id, unit_id, 'applied', 'application', %(name)s, %(now)s::timestamptz FROM person WHERE flat %% 100 = 99;

INSERT INTO volunteer (compound_id, id, account_id, number, name, consent_version, registered_at)
SELECT compound_id, volunteer_id, account_id, 'V' || lpad(flat::text, 6, '0'), %(name)s, '2026-01', %(now)s::timestamptz
FROM person WHERE flat %% 8 = 0;
INSERT INTO volunteer_post (compound_id, id, title, duties, text_state, places, taken, created_by, created_at)
SELECT compound_id, md5(compound_id::text || 'post' || post)::uuid, '楼道防火巡查员' || post, '每周巡查一次楼道。',
       'shown', 100, 50, %(secretary)s, %(now)s::timestamptz
FROM place, generate_series(1, scale) AS post;
INSERT INTO post_claim (compound_id, id, post_id, volunteer_id, account_id, state, claimed_at)
SELECT DISTINCT ON (place.compound_id, post, one.flat) place.compound_id, uuid_v7(),
       md5(place.compound_id::text || 'post' || post)::uuid, volunteer_id, account_id,
       CASE WHEN claim %% 5 = 0 THEN 'claimed' ELSE 'confirmed' END, %(now)s::timestamptz
FROM place, generate_series(1, scale) AS post, generate_series(1, 20) AS claim,
     LATERAL (SELECT * FROM person WHERE person.compound_id = place.compound_id
              AND flat = 8 * (1 + (post * 20 + claim) %% (flats / 8))) AS one;
INSERT INTO offering (compound_id, id, kind, title, description, place, contact, organiser_id, cancel_minutes, created_at,
                      text_state, review)
SELECT compound_id, md5(compound_id::text || 'offering' || offering)::uuid,
       CASE WHEN offering %% 2 = 0 THEN 'activity' ELSE 'service' END, '周末清洁家园' || offering, '工具由社区提供。',
       '中心花园', '社区值班电话', %(secretary)s, 120, %(now)s::timestamptz, 'shown',
       CASE WHEN offering %% 10 = 1 THEN 'waiting' ELSE 'open' END
FROM place, generate_series(1, scale) AS offering;
INSERT INTO recurrence (compound_id, offering_id, rule, first_day, opens, window_minutes, slot_minutes, capacity)
SELECT compound_id, id, 'FREQ=WEEKLY;BYDAY=WE', current_date, '09:00', 120, 30, 1 FROM offering WHERE kind = 'service';
INSERT INTO slot (compound_id, id, offering_id, starts_at, ends_at, capacity, taken, turns)
SELECT compound_id, uuid_v7(), id, starts_at, starts_at + interval '2 hours', 30, 20, 20
FROM offering, generate_series(-10, 20) AS day, LATERAL (
    SELECT date_trunc('hour', %(now)s::timestamptz) + day * interval '1 day' + interval '3 hours' AS starts_at)
WHERE kind = 'activity' OR day %% 2 = 0;
INSERT INTO booking (compound_id, id, slot_id, starts_at, ends_at, person_id, entered_by, turn, state, booked_at)
SELECT slot.compound_id, uuid_v7(), slot.id, starts_at, ends_at, account_id, account_id, turn, 'booked', %(now)s::timestamptz
FROM (SELECT compound_id, id, row_number() OVER (ORDER BY id) - 1 AS number FROM offering WHERE compound_id = %(large)s)
     AS one JOIN slot ON slot.compound_id = one.compound_id AND slot.offering_id = one.id, generate_series(1, 20) AS turn
     JOIN person ON person.compound_id = %(large)s AND flat %% 8 = 0
WHERE flat = 8 * (turn + 20 * number);
INSERT INTO service_record (compound_id, id, volunteer_id, account_id, post_id, content, started_at, ended_at, minutes,
                            state, decided_by, decided_at)
SELECT compound_id, uuid_v7(), volunteer_id, account_id, md5(compound_id::text || 'post' || 1 + turn %% scale)::uuid,
       '楼道防火巡查', since, since + interval '90 minutes', 90,
       CASE WHEN waits THEN 'recorded' ELSE 'confirmed' END, CASE WHEN NOT waits THEN %(secretary)s::uuid END,
       CASE WHEN NOT waits THEN %(now)s::timestamptz END
FROM person, generate_series(1, 10) AS turn, LATERAL (
    SELECT %(now)s::timestamptz - turn * interval '3 days' AS since, turn = 1 AND flat %% 64 = 0 AS waits)
WHERE flat %% 8 = 0;
INSERT INTO certificate_issuer (compound_id, issuer, responsible, contact, set_by, set_at)
SELECT compound_id, '测量社区居民委员会', '测量负责人', '值班电话', %(secretary)s, %(now)s::timestamptz FROM place;
INSERT INTO certificate (compound_id, serial, volunteer_id, account_id, name, id_type, id_number_masked, volunteer_number,
                         first_day, last_day, minutes, services, issuer, responsible, contact, issued_at)
SELECT compound_id, regexp_replace(upper(translate(left(md5(volunteer_id::text), 20), '01', '23')), '(.{5})(?=.)', '\1-', 'g'),
       volunteer_id, account_id, %(name)s, 'citizen', %(name)s,
       'V' || lpad(flat::text, 6, '0'), current_date - 60, current_date, 1800, '[]', '测量社区居民委员会', '测量负责人',
       '值班电话', %(now)s::timestamptz - flat * interval '1 minute'
FROM person WHERE flat %% 24 = 0;
INSERT INTO report_in (compound_id, id, account_id, name, branch, consent_version, reported_at)
SELECT compound_id, uuid_v7(), account_id, %(name)s, %(name)s, '2026-01', %(now)s::timestamptz FROM person WHERE flat %% 20 = 3;
INSERT INTO helping_group (compound_id, id, kind, name, created_by, created_at)
SELECT compound_id, md5(compound_id::text || 'group')::uuid, 'veterans', '测量五老队伍', %(secretary)s, %(now)s::timestamptz FROM place;
INSERT INTO group_member (compound_id, id, group_id, phone, phone_hash, account_id, added_by, added_at)
SELECT compound_id, uuid_v7(), md5(compound_id::text || 'group')::uuid, %(phone)s,
       sha256(convert_to(flat::text, 'utf8')), account_id, %(secretary)s, %(now)s::timestamptz
FROM person WHERE flat <= scale;

INSERT INTO wish (compound_id, id, posted_by, text, category, state, state_since, unit_id, building_id, beneficiary_name,
                  created_at, listed_at, published_at, expires_at)
SELECT compound_id, uuid_v7(), account_id,
       (ARRAY['家里的水龙头一直漏水，想请会修的邻居来看一看。', '想请人教老人用手机挂号。', '楼下的路灯坏了，晚上看不清路。',
              '孩子放学没有人接，想请顺路的邻居帮忙。', '腿脚不便，想请人帮忙买菜。'])[1 + flat %% 5] || flat,
       'repair', CASE WHEN flat %% 80 = 4 THEN 'checking' WHEN flat %% 12 = 0 THEN 'published' ELSE 'rated' END,
       since, unit_id, building_id, %(name)s, since, since, since, since + interval '400 days'
FROM person, LATERAL (SELECT %(now)s::timestamptz - flat * interval '1 hour' AS since) WHERE flat %% 4 = 0;
INSERT INTO review_case (compound_id, id, kind, subject_id, state, opened_by, involved, opened_at)
SELECT compound_id, uuid_v7(), 'wish', id, 'waiting', posted_by, ARRAY[posted_by], created_at
FROM wish WHERE state = 'checking';
INSERT INTO review_case (compound_id, id, kind, subject_id, state, opened_by, involved, opened_at, decided_by, decided_at)
SELECT compound_id, uuid_v7(), 'wish', id, 'accepted', posted_by, ARRAY[posted_by], created_at, %(secretary)s, created_at
FROM wish WHERE state <> 'checking';
INSERT INTO notice_entry (compound_id, id, colour, category, title, text, words, state, drafted_by, created_at,
                          reviewed_by, hearing_until, published_by, published_at, expires_at)
SELECT compound_id, uuid_v7(), CASE WHEN entry %% 2 = 0 THEN 'red' ELSE 'black' END, 'hygiene', '楼道堆放杂物',
       '有人在楼道里堆放杂物，堵塞消防通道。', '[]', state, %(steward)s, since,
       CASE WHEN state IN ('hearing', 'published') THEN %(officer)s::uuid END,
       CASE WHEN state IN ('hearing', 'published') THEN since + interval '3 days' END,
       CASE WHEN state = 'published' THEN %(secretary)s::uuid END,
       CASE WHEN state = 'published' THEN since + interval '4 days' END,
       CASE WHEN state = 'published' THEN since + interval '400 days' END
FROM place, generate_series(1, scale * 8) AS entry, LATERAL (
    SELECT %(now)s::timestamptz - entry * interval '5 hours' - interval '5 days' AS since,
           CASE entry %% 20 WHEN 1 THEN 'draft' WHEN 2 THEN 'hearing' ELSE 'published' END AS state);
INSERT INTO notice_entry_person (compound_id, entry_id, owner_id, told_at)
SELECT entry.compound_id, entry.id, owner_id, %(now)s::timestamptz
FROM notice_entry AS entry JOIN person ON person.compound_id = entry.compound_id AND person.flat IN (5, 6);

INSERT INTO meeting (compound_id, id, title, convenor, opens_at, closes_at, rule_set, motion_ids, electorate_persons,
                     electorate_area_centi, created_by, created_at, announced_at, cancelled_at, cancel_reason)
SELECT compound_id, uuid_v7(), '第' || turn || '次业主大会', 'committee', closes - interval '10 days', closes,
       %(rule_set)s, ARRAY[uuid_v7()], flats, flats * 10000, compound_id, closes - interval '40 days', closes - interval '30 days',
       closes, '改期'
FROM place, generate_series(1, 5) AS turn, LATERAL (SELECT %(now)s::timestamptz - turn * interval '100 days' AS closes);
INSERT INTO outbox (compound_id, account_id, kind, data, page, dedup_key, urgency, state, created_at, due_at, expires_at)
SELECT compound_id, account_id, 'meeting_announced', '{}', '', 'bench-' || flat || '-' || message, 'bulk', 'sent', %(now)s::timestamptz,
       %(now)s::timestamptz, %(now)s::timestamptz
FROM person, generate_series(1, 1) AS message;
INSERT INTO audit_event (compound_id, id, at, account_id, act, subject_id)
SELECT compound_id, uuid_v7(), %(now)s::timestamptz, account_id, 'confirm_hours', volunteer_id FROM person WHERE flat %% 8 = 0;
INSERT INTO monthly_figure (org_unit_id, month, measure, total, people, hidden)
SELECT id, date_trunc('month', %(now)s::timestamptz)::date - back * interval '1 month', measure, 100, 50, false
FROM org_unit, generate_series(0, 12) AS back, unnest(%(measures)s::text[]) AS measure;
INSERT INTO refreshed_month (month, refreshed_at)
SELECT date_trunc('month', %(now)s::timestamptz)::date - back * interval '1 month', %(now)s::timestamptz FROM generate_series(0, 12) AS back;

INSERT INTO account (id, openid, created_at)
SELECT id, id::text, %(now)s::timestamptz FROM unnest(%(staff)s::uuid[]) AS id;
INSERT INTO appointment (id, org_unit_id, role, phone_hash, account_id, appointed_at)
SELECT uuid_v7(), org_unit_id, role, sha256(convert_to(account_id::text, 'utf8')), account_id, %(now)s::timestamptz
FROM unnest(%(staff)s::uuid[], %(roles)s::text[], %(nodes)s::uuid[]) AS one (account_id, role, org_unit_id);
SET session_replication_role = origin;
