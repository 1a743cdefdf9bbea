-- The roll, who is bound to it, and who serves.
INSERT INTO roll (compound_id, version) SELECT compound_id, 1 FROM place;
INSERT INTO home_version (compound_id, version) SELECT compound_id, 1 FROM place;
INSERT INTO rule_set (compound_id, version, data, note, adopted_at, adopted_by)
SELECT compound_id, 1, %(rule_set)s, '首次业主大会通过', %(now)s::timestamptz - interval '2 years', secretary FROM place;
INSERT INTO building (compound_id, id, name) SELECT DISTINCT compound_id, building_id, block + 1 || '栋' FROM home;
INSERT INTO unit (compound_id, id, building_id, stairwell, room, use, area_register_centi, held_by_developer)
SELECT compound_id, unit_id, building_id, stairwell || '单元', room::text,
       CASE WHEN parking THEN 'parking' WHEN flat %% 50 = 3 THEN 'shop' ELSE 'residence' END, area, developers
FROM home ORDER BY place, flat;
INSERT INTO owner (compound_id, id, name, name_hash, phone, phone_hash)
SELECT home.compound_id, owner_id, name, name_hash, CASE WHEN told THEN phone END, CASE WHEN told THEN hash END
FROM home JOIN person ON person.place = home.place AND person.number = home.flat,
     LATERAL (SELECT bound OR chance %% 25 > 0 AS told) AS known
WHERE leads ORDER BY home.place, flat;
INSERT INTO owner (compound_id, id, name, name_hash, phone, phone_hash)
SELECT home.compound_id, mate_id, mate_name, mate_hash, phone, hash
FROM home JOIN person ON person.place = home.place AND person.number = home.homes + home.flat
WHERE mated ORDER BY home.place, flat;
INSERT INTO ownership (compound_id, id, unit_id, owner_id, share_numerator, share_denominator, valid_from)
SELECT compound_id, city_build.made(16, place, flat), unit_id, owner_id, 1, 1 + mated::integer,
       %(now)s::timestamptz - interval '3 years'
FROM home WHERE NOT developers
UNION ALL
SELECT compound_id, city_build.made(17, place, flat), unit_id, mate_id, 1, 2, %(now)s::timestamptz - interval '3 years'
FROM home WHERE mated;
INSERT INTO binding (compound_id, id, account_id, unit_id, owner_id, state, method, created_at)
SELECT compound_id, city_build.made(18, place, flat), account_id, unit_id, owner_id, 'accepted', 'phone',
       %(now)s::timestamptz - interval '500 days'
FROM home WHERE bound
UNION ALL
SELECT compound_id, city_build.made(19, place, flat), second_id, unit_id, mate_id, 'accepted', 'phone',
       %(now)s::timestamptz - interval '400 days'
FROM home WHERE mated;
INSERT INTO binding (compound_id, id, account_id, unit_id, owner_id, state, method, claimed_name, created_at, decided_by,
                     decided_at)
SELECT compound_id, city_build.made(19, place, flat), second_id, unit_id, owner_id, 'accepted', 'application', mate_name,
       %(now)s::timestamptz - interval '300 days', secretary, %(now)s::timestamptz - interval '299 days'
FROM home WHERE flat %% 4 = 2 AND leads;
INSERT INTO binding (compound_id, id, account_id, unit_id, state, method, claimed_name, created_at)
SELECT compound_id, city_build.made(20, place, flat), city_build.made(10, place, 2 * homes + flat / 10), unit_id, 'applied',
       'application', mate_name, %(now)s::timestamptz - interval '1 day'
FROM home WHERE flat %% 200 = 30;
INSERT INTO binding (compound_id, id, account_id, unit_id, capacity, lease_ends, state, method, claimed_name, created_at,
                     decided_by, decided_at)
SELECT compound_id, city_build.made(20, place, flat), city_build.made(10, place, 2 * homes + flat / 10), unit_id,
       CASE flat %% 100 WHEN 70 THEN 'tenant' ELSE 'family' END,
       CASE flat %% 100 WHEN 70 THEN (%(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date + 30 + chance %% 700 END,
       'accepted', 'application', mate_name, %(now)s::timestamptz - interval '200 days', secretary,
       %(now)s::timestamptz - interval '199 days'
FROM home WHERE flat %% 100 IN (70, 90);

-- Secretary, supervisor, property staff and a steward a building; officers live in the first compound of what they serve.
INSERT INTO appointment (id, org_unit_id, role, phone_hash, phone, account_id, appointed_at)
SELECT city_build.made(21, served.place, kind * 10000 + served.number), node, role, hash, phone, served.account_id,
       %(now)s::timestamptz - interval '1 year'
FROM (
    SELECT number AS place, compound_id AS node, secretary AS account, 'secretary' AS role, 0 AS kind, 0 AS number FROM place
    UNION ALL SELECT number, compound_id, supervisor, 'supervisor', 1, 0 FROM place
    UNION ALL SELECT number, compound_id, city_build.made(10, number, homes + 7), 'property_staff', 2, 0 FROM place
    UNION ALL SELECT place, compound_id, account_id, 'steward', 3, block FROM home WHERE flat %% 60 = 4 AND flat = holder
    UNION ALL SELECT number, city_build.made(2, number / %(community)s, 0), city_build.made(10, number, 2 * homes + 1),
                     'community_officer', 4, 0 FROM place WHERE number %% %(community)s = 0
    UNION ALL SELECT number, city_build.made(3, number / %(street)s, 0), city_build.made(10, number, 2 * homes + 2),
                     'street_officer', 5, 0 FROM place WHERE number %% %(street)s = 0
    UNION ALL SELECT number, city_build.made(4, number / %(county)s, 0), city_build.made(10, number, 2 * homes + 3),
                     'county_officer', 6, 0 FROM place WHERE number %% %(county)s = 0
    UNION ALL SELECT number, city_build.made(5, 0, 0), city_build.made(10, number, 2 * homes + 4), 'operator', 7, 0
              FROM place WHERE number = 0
) AS served (place, node, account_id, role, kind, number)
JOIN person ON person.place = served.place AND person.account_id = served.account_id;
