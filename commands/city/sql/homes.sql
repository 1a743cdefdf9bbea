-- What all the rest of a batch is made from: its compounds, their homes and the people who have accounts.
-- Every 20th home is a parking space of the owner before it, every 100th the developer's, every 4th has two owners.
-- Of a home's accounts the first is the owner's, the second a co-owner's, a relative's or a tenant's, some have a third.
CREATE TEMPORARY TABLE place ON COMMIT DROP AS
SELECT number, homes, city_build.made(1, number, 0) AS compound_id, city_build.made(10, number, 1) AS secretary,
       city_build.made(10, number, 2) AS supervisor, city_build.made(10, number, 4) AS steward
FROM unnest(%(places)s::integer[], %(homes)s::integer[]) AS one (number, homes);

CREATE TEMPORARY TABLE home ON COMMIT DROP AS
SELECT made.*, one.name, one.hash AS name_hash, two.name AS mate_name, two.hash AS mate_hash
FROM (
    SELECT number AS place, compound_id, secretary, homes, flat, holder, chance, block, stairwell, room,
           block + 1 || '栋' || stairwell || '单元' || room AS door, flat <> holder AS parking,
           flat %% 100 = 50 AS developers, flat = holder AND flat %% 100 <> 50 AS leads,
           flat = holder AND flat %% 4 = 1 AS mated,
           flat %% 100 <> 50 AND (holder %% 60 < 5 OR city_build.luck(number, holder) %% 8 <> 7) AS bound,
           CASE WHEN flat <> holder THEN 1200 + chance %% 300 ELSE 6000 + chance %% 9000 END::bigint AS area,
           city_build.made(11, number, block) AS building_id, city_build.made(12, number, flat) AS unit_id,
           city_build.made(13, number, holder) AS owner_id, city_build.made(14, number, flat) AS mate_id,
           city_build.made(10, number, holder) AS account_id, city_build.made(10, number, homes + flat) AS second_id
    FROM (
        SELECT place.*, flat, flat - (flat %% 20 = 0)::integer AS holder, city_build.luck(number, flat) AS chance,
               (flat - 1) / 60 AS block, (flat - 1) %% 60 / 30 + 1 AS stairwell,
               ((flat - 1) %% 30 / 2 + 1) * 100 + (flat - 1) %% 2 + 1 AS room
        FROM place, generate_series(1, homes) AS flat
    ) AS drawn
) AS made
JOIN city_build.name AS one ON one.number = city_build.luck(place, 100000 + holder) %% %(names)s
JOIN city_build.name AS two ON two.number = city_build.luck(place, 200000 + flat) %% %(names)s;

CREATE TEMPORARY TABLE person ON COMMIT DROP AS
SELECT place, compound_id, number, city_build.made(10, place, number) AS account_id, phone.phone, phone.hash,
       CASE WHEN number <= homes THEN flat %% 60 < 5 OR city_build.luck(place, flat) %% 8 <> 7
            WHEN number <= 2 * homes THEN flat %% 4 IN (1, 2) OR flat %% 3 > 0 ELSE true END AS verified,
       %(now)s::timestamptz - (720 - number * 700.0 / (2 * homes + homes / 10)) * interval '1 day' AS since
FROM (
    SELECT place.number AS place, compound_id, homes, one AS number,
           CASE WHEN one <= homes THEN one WHEN one <= 2 * homes THEN one - homes ELSE (one - 2 * homes) * 10 END AS flat
    FROM place, generate_series(1, 2 * homes + homes / 10) AS one
) AS drawn JOIN phone USING (place, number);
ANALYZE place, home, person;
