-- Wishes of two years: one for every fourth home, of which the newest are open. What is done was rated.
CREATE TEMPORARY TABLE wished ON COMMIT DROP AS
SELECT home.*, city_build.made(40, place, homes / 4 - number) AS wish_id, since,
       CASE WHEN age < 25 AND number %% 12 = 5 THEN 'checking' WHEN age < 25 AND number %% 3 = 1 THEN 'claimed'
            WHEN age < 25 THEN 'published' WHEN chance %% 10 = 8 THEN 'expired' WHEN chance %% 10 = 9 THEN 'withdrawn'
            ELSE 'rated' END AS state,
       8 * (1 + chance %% (homes / 8)) AS helper
FROM (SELECT place.number AS place, one AS number, one * 720.0 / (homes / 4) AS age
      FROM place, generate_series(0, homes / 4 - 1) AS one) AS one
JOIN home USING (place), LATERAL (SELECT %(now)s::timestamptz - age * interval '1 day' AS since) AS posted
WHERE flat = 4 * number + 3;
ANALYZE wished;
INSERT INTO wish (compound_id, id, posted_by, text, category, state, state_since, unit_id, building_id, beneficiary_name,
                  created_at, listed_at, published_at, expires_at, claim_lapses_at)
SELECT compound_id, wish_id, account_id,
       (ARRAY['家里的水龙头一直漏水，想请会修的邻居来看一看。', '想请人教老人用手机挂号。', '楼下的路灯坏了，晚上看不清路，想请人一起去反映。',
              '孩子放学没有人接，想请顺路的邻居帮忙。', '腿脚不便，想请人帮忙买菜和取药。'])[1 + chance %% 5],
       (ARRAY['repair', 'learning', 'other', 'company', 'errand'])[1 + chance %% 5], state,
       CASE WHEN state IN ('checking', 'published') THEN since ELSE since + interval '4 hours' END, unit_id, building_id, name,
       since, since, CASE WHEN state <> 'checking' THEN since END, CASE WHEN state <> 'checking' THEN since + interval '30 days' END,
       CASE WHEN state = 'claimed' THEN %(now)s::timestamptz + interval '6 days' END
FROM wished;
INSERT INTO wish_claim (compound_id, id, wish_id, account_id, claimed_at, lapses_at, started_at, ended_at, ending, rating, rated_at)
SELECT compound_id, city_build.made(41, place, flat), wish_id, city_build.made(10, place, helper),
       CASE WHEN done THEN since + interval '2 hours' ELSE %(now)s::timestamptz - interval '1 day' END,
       CASE WHEN done THEN since + interval '7 days' ELSE %(now)s::timestamptz + interval '6 days' END,
       CASE WHEN done THEN since + interval '3 hours' END, CASE WHEN done THEN since + interval '4 hours' END,
       CASE WHEN done THEN 'fulfilled' END, CASE WHEN done THEN 3 + chance %% 3 END, CASE WHEN done THEN since + interval '4 hours' END
FROM wished, LATERAL (SELECT state = 'rated' AS done) AS ended WHERE state IN ('claimed', 'rated');
INSERT INTO wish_backing (compound_id, wish_id, account_id, backed_at)
SELECT compound_id, wish_id, city_build.made(10, place, 1 + (flat + number * 7) %% homes), since + interval '1 hour'
FROM wished, generate_series(1, 2) AS number;
INSERT INTO review_case (compound_id, id, kind, subject_id, state, opened_by, involved, opened_at, decided_by, decided_at)
SELECT compound_id, city_build.made(42, place, flat), 'wish', wish_id,
       CASE WHEN waits THEN 'waiting' ELSE 'accepted' END, account_id, ARRAY[account_id], since,
       CASE WHEN NOT waits THEN secretary END, CASE WHEN NOT waits THEN since END
FROM wished, LATERAL (SELECT state = 'checking' AS waits) AS review;
INSERT INTO notice_entry (compound_id, id, colour, category, title, text, words, state, drafted_by, created_at, reviewed_by,
                          hearing_until, published_by, published_at, expires_at)
SELECT compound_id, city_build.made(43, place.number, 24 - entry), CASE WHEN red THEN 'red' ELSE 'black' END,
       CASE WHEN red THEN 'neighbours' ELSE 'hygiene' END, CASE WHEN red THEN '主动清扫积雪' ELSE '楼道堆放杂物' END,
       CASE WHEN red THEN '大雪之后，有邻居一早就清扫了公共道路。' ELSE '有人在楼道里堆放杂物，堵塞消防通道。' END, '[]', 'published', steward,
       since, supervisor, since + interval '3 days', secretary, since + interval '4 days',
       since + CASE WHEN red THEN interval '34 days' ELSE interval '11 days' END
FROM place, generate_series(1, 24) AS entry, LATERAL (
    SELECT %(now)s::timestamptz - entry * interval '30 days' + interval '20 days' AS since, entry %% 2 = 1 AS red) AS listed;
