-- Two meetings of each compound in two years, counted and published; in one compound of ten a third is voting now, in one
-- a third is announced, and in one of forty the last is published and open to objections.
CREATE TEMPORARY TABLE held ON COMMIT DROP AS
SELECT place.*, turn, city_build.made(30, number, turn) AS meeting_id, closes_at - interval '15 days' AS opens_at, closes_at,
       turn < 3 AS counted, city_build.luck(number, 900000 + turn) AS chance,
       CASE WHEN turn < 3 THEN 62 + city_build.luck(number, 900000 + turn) %% 25
            WHEN closes_at < %(now)s::timestamptz + interval '12 days' THEN 35 ELSE 0 END AS turnout,
       ARRAY(SELECT city_build.made(31, number, turn * 8 + one) FROM generate_series(1, 3) AS one) AS motion_ids
FROM place, generate_series(1, 3) AS turn, LATERAL (
    SELECT date_trunc('hour', %(now)s::timestamptz) + CASE
               WHEN turn = 1 THEN (-560 - city_build.luck(number, 1) %% 120) * interval '1 day'
               WHEN turn = 2 AND number %% 40 = 7 THEN interval '-5 days'
               WHEN turn = 2 THEN (-60 - city_build.luck(number, 2) %% 280) * interval '1 day'
               WHEN number %% 10 = 0 THEN interval '10 days'
               WHEN number %% 10 = 5 THEN interval '25 days' END AS closes_at
) AS ends
WHERE closes_at IS NOT NULL;
ANALYZE held;

INSERT INTO meeting (compound_id, id, title, convenor, opens_at, closes_at, rule_set, rule_set_version, motion_ids,
                     electorate_persons, electorate_area_centi, created_by, created_at, announced_at, opening_told_at,
                     counted_at, published_at, result_code, finalized_at)
SELECT held.compound_id, meeting_id, '第' || turn || '次业主大会会议', 'committee', opens_at, closes_at, %(rule_set)s, 1, motion_ids,
       roll.persons, roll.area, held.secretary, opens_at - interval '20 days', opens_at - interval '16 days',
       CASE WHEN opens_at < %(now)s THEN opens_at END, CASE WHEN counted THEN closes_at + interval '1 day' END,
       CASE WHEN counted THEN closes_at + interval '2 days' END,
       CASE WHEN counted THEN regexp_replace(upper(translate(left(md5(meeting_id::text), 12), '01', 'xy')), '(.{4})(?=.)', '\1-', 'g') END,
       CASE WHEN counted AND closes_at < %(now)s::timestamptz - interval '20 days' THEN closes_at + interval '10 days' END
FROM held JOIN (
    SELECT place, count(*) FILTER (WHERE leads) + (count(*) FILTER (WHERE developers) > 0)::integer AS persons, sum(area) AS area
    FROM home GROUP BY place
) AS roll ON roll.place = held.number;
INSERT INTO motion (compound_id, id, meeting_id, position, matter, title, text)
SELECT compound_id, id, meeting_id, position, (ARRAY[5, 8, 9])[position],
       (ARRAY['使用维修资金更换电梯', '在广场增设充电桩', '调整停车管理办法'])[position],
       '方案已在公告栏和本程序公示，费用从相应账户列支，详见附件。'
FROM held, unnest(motion_ids) WITH ORDINALITY AS one (id, position);

CREATE TEMPORARY TABLE seat ON COMMIT DROP AS
SELECT held.meeting_id, held.turn, held.turnout, held.opens_at, home.*,
       city_build.made(32, place, turn * 16384 + CASE WHEN developers THEN 0 ELSE holder END) AS party_id,
       city_build.luck(place, turn * 1000000 + holder) AS mood
FROM held JOIN home ON home.place = held.number;
ANALYZE seat;
INSERT INTO voting_party (compound_id, meeting_id, id, number, area_centi, is_developer)
SELECT compound_id, meeting_id, party_id, CASE WHEN developers THEN homes + 1 ELSE holder END, sum(area), developers
FROM seat GROUP BY compound_id, meeting_id, party_id, 4, developers;
INSERT INTO voting_party_unit (compound_id, meeting_id, unit_id, party_id, door, building_id, stairwell, area_centi, area_source)
SELECT compound_id, meeting_id, unit_id, party_id, door, building_id, stairwell || '单元', area, 'register' FROM seat;
INSERT INTO voting_party_owner (compound_id, meeting_id, party_id, owner_id, name)
SELECT compound_id, meeting_id, party_id, owner_id, name FROM seat WHERE leads
UNION ALL
SELECT compound_id, meeting_id, party_id, mate_id, mate_name FROM seat WHERE mated;
INSERT INTO ballot (compound_id, meeting_id, party_id, id, owner_id, account_id, channel, choices, area_centi, accepted_at)
SELECT seat.compound_id, seat.meeting_id, party_id, city_build.made(33, place, turn * 16384 + holder),
       CASE WHEN in_app THEN owner_id END, CASE WHEN in_app THEN account_id END, CASE WHEN in_app THEN 'app' ELSE 'paper' END,
       ARRAY[CASE WHEN mood %% 97 < 74 THEN 1 WHEN mood %% 97 < 88 THEN 2 WHEN mood %% 97 < 94 THEN 3 ELSE 0 END,
             CASE WHEN mood %% 89 < 61 THEN 1 WHEN mood %% 89 < 79 THEN 2 WHEN mood %% 89 < 85 THEN 3 ELSE 0 END,
             CASE WHEN mood %% 83 < 56 THEN 1 WHEN mood %% 83 < 74 THEN 2 WHEN mood %% 83 < 79 THEN 3 ELSE 0 END]::smallint[],
       party.area_centi, seat.opens_at + mood %% 5000 * interval '1 minute'
FROM seat JOIN voting_party AS party ON party.compound_id = seat.compound_id AND party.meeting_id = seat.meeting_id AND party.id = party_id,
     LATERAL (SELECT bound AND mood %% 7 > 0 AS in_app) AS how
WHERE leads AND mood / 128 %% 100 < turnout;
INSERT INTO count_approval (compound_id, meeting_id, capacity, account_id, approved_at)
SELECT compound_id, meeting_id, 'secretary', secretary, closes_at + interval '23 hours' FROM held WHERE counted
UNION ALL SELECT compound_id, meeting_id, 'supervisor', supervisor, closes_at + interval '1 day' FROM held WHERE counted;
