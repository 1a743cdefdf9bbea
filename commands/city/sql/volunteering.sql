-- Volunteers, posts, three activities with shifts and two services with slots, over two years and three weeks ahead.
CREATE TEMPORARY TABLE helper ON COMMIT DROP AS
SELECT home.place, compound_id, homes / 8 AS helpers, flat / 8 - 1 AS number, city_build.made(50, place, flat) AS volunteer_id,
       city_build.made(10, place, flat) AS account_id, name
FROM home WHERE flat %% 8 = 0;
ANALYZE helper;
INSERT INTO volunteer (compound_id, id, account_id, number, name, consent_version, registered_at)
SELECT compound_id, volunteer_id, account_id, 'V' || lpad((number + 1)::text, 6, '0'), name, '2026-01',
       %(now)s::timestamptz - interval '725 days'
FROM helper;
INSERT INTO volunteer_post (compound_id, id, title, duties, text_state, places, taken, created_by, created_at)
SELECT compound_id, city_build.made(51, number, post), post + 1 || '栋楼道巡查员', '每周巡查一次楼道，发现隐患及时上报。', 'shown', 6, 4,
       secretary, %(now)s::timestamptz - interval '700 days'
FROM place, generate_series(0, (homes - 1) / 60) AS post;
INSERT INTO post_claim (compound_id, id, post_id, volunteer_id, account_id, state, claimed_at, decided_by, decided_at)
SELECT helper.compound_id, city_build.made(52, place, post * 4 + one), city_build.made(51, place, post), volunteer_id, account_id,
       'confirmed', %(now)s::timestamptz - interval '600 days', secretary, %(now)s::timestamptz - interval '599 days'
FROM place, generate_series(0, (homes - 1) / 60) AS post, generate_series(0, 3) AS one, helper
WHERE helper.place = place.number AND helper.number = (post * 4 + one) %% helpers;
INSERT INTO report_in (compound_id, id, account_id, name, branch, consent_version, reported_at)
SELECT compound_id, city_build.made(53, place, flat), account_id, name, name, '2026-01',
       %(now)s::timestamptz - (flat %% 700) * interval '1 day'
FROM home WHERE flat %% 40 = 8;
INSERT INTO certificate_issuer (compound_id, issuer, responsible, contact, set_by, set_at)
SELECT compound_id, '模拟社区居民委员会', '居民委员会主任', '居民委员会值班电话', secretary, %(now)s::timestamptz - interval '700 days' FROM place;

INSERT INTO offering (compound_id, id, kind, title, description, place, contact, organiser_id, cancel_minutes, created_at, text_state, review)
SELECT compound_id, city_build.made(54, number, one), CASE WHEN one <= 3 THEN 'activity' ELSE 'service' END,
       (ARRAY['周末清洁家园', '社区图书角值班', '文明楼道宣传', '义务理发', '测血压'])[one], '工具由社区提供，请提前十分钟到场。', '党群服务中心',
       '社区值班电话', secretary, 120, %(now)s::timestamptz - interval '725 days', 'shown', 'open'
FROM place, generate_series(1, 5) AS one;
INSERT INTO recurrence (compound_id, offering_id, rule, first_day, opens, window_minutes, slot_minutes, capacity, made_until)
SELECT compound_id, city_build.made(54, number, one), 'FREQ=WEEKLY;INTERVAL=2', (%(now)s::timestamptz - interval '721 days')::date, '18:00',
       60, 60, 4, %(now)s::timestamptz + interval '21 days'
FROM place, generate_series(4, 5) AS one;
CREATE TEMPORARY TABLE shift ON COMMIT DROP AS
SELECT number AS place, compound_id, secretary, homes, one, step, city_build.made(54, number, one) AS offering_id,
       city_build.made(55, number, one * 1024 + step) AS slot_id, one <= 3 AS active, starts_at,
       starts_at + interval '1 hour' AS ends_at, CASE WHEN one <= 3 THEN 5 ELSE 1 END AS taken
FROM place, generate_series(1, 5) AS one, generate_series(0, 52) AS step, LATERAL (
    SELECT date_trunc('day', %(now)s::timestamptz, 'Asia/Shanghai') + (21 - step * CASE WHEN one <= 3 THEN 21 ELSE 14 END - one) * interval '1 day'
           + (7 + 2 * one) * interval '1 hour' AS starts_at) AS begins
WHERE step <= CASE WHEN one <= 3 THEN 35 ELSE 52 END;
ANALYZE shift;
INSERT INTO slot (compound_id, id, offering_id, starts_at, ends_at, capacity, taken, turns)
SELECT compound_id, slot_id, offering_id, starts_at, ends_at, CASE WHEN active THEN 30 ELSE 4 END, taken, taken
FROM shift ORDER BY place, one, step DESC;
INSERT INTO booking (compound_id, id, slot_id, starts_at, ends_at, person_id, entered_by, turn, state, booked_at, reminded_at)
SELECT shift.compound_id, city_build.made(56, shift.place, (one * 1024 + step) * 8 + turn), slot_id, starts_at, ends_at, account_id,
       account_id, turn, 'booked', starts_at - interval '3 days', CASE WHEN starts_at < %(now)s THEN starts_at - interval '1 day' END
FROM shift, generate_series(1, 5) AS turn, helper
WHERE active AND helper.place = shift.place AND helper.number = (step * 5 + one * 17 + turn) %% helpers;
INSERT INTO booking (compound_id, id, slot_id, starts_at, ends_at, person_id, entered_by, turn, state, booked_at, reminded_at,
                     name, unit_id)
SELECT shift.compound_id, city_build.made(57, shift.place, one * 1024 + step), slot_id, starts_at, ends_at, account_id, account_id, 1,
       'booked', starts_at - interval '3 days', CASE WHEN starts_at < %(now)s THEN starts_at - interval '1 day' END,
       CASE WHEN kept THEN name END, CASE WHEN kept THEN unit_id END
FROM shift JOIN home ON home.place = shift.place AND home.flat = 1 + (step * 13 + one) %% shift.homes,
     LATERAL (SELECT ends_at > %(now)s::timestamptz - interval '30 days' AS kept) AS contacts
WHERE NOT active;
INSERT INTO service_record (compound_id, id, volunteer_id, account_id, slot_id, content, started_at, ended_at, minutes, state,
                            decided_by, decided_at)
SELECT shift.compound_id, city_build.made(58, shift.place, (one * 1024 + step) * 8 + turn), volunteer_id, account_id, slot_id,
       (ARRAY['周末清洁家园', '社区图书角值班', '文明楼道宣传'])[one], starts_at, ends_at, 60, 'confirmed', secretary, ends_at + interval '1 day'
FROM shift, generate_series(1, 5) AS turn, helper
WHERE active AND starts_at < %(now)s::timestamptz - interval '2 days' AND helper.place = shift.place
  AND helper.number = (step * 5 + one * 17 + turn) %% helpers;
