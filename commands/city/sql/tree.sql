-- The tree: a city, its counties, streets, communities and compounds. Kinds 1 to 5.
INSERT INTO org_unit (id, kind, name, parent_id, created_at)
VALUES (city_build.made(5, 0, 0), 'city', '模拟市', NULL, %(now)s::timestamptz - interval '3 years');
INSERT INTO org_unit (id, kind, name, parent_id, created_at)
SELECT city_build.made(4, number, 0), 'county', '模拟' || number + 1 || '区', city_build.made(5, 0, 0),
       %(now)s::timestamptz - interval '3 years'
FROM generate_series(0, %(counties)s - 1) AS number;
INSERT INTO org_unit (id, kind, name, parent_id, created_at)
SELECT city_build.made(3, number, 0), 'street', '模拟' || number + 1 || '街道',
       city_build.made(4, number / %(streets_of_a_county)s, 0), %(now)s::timestamptz - interval '3 years'
FROM generate_series(0, %(streets)s - 1) AS number;
INSERT INTO org_unit (id, kind, name, parent_id, created_at)
SELECT city_build.made(2, number, 0), 'community', '模拟' || number + 1 || '社区',
       city_build.made(3, number / %(communities_of_a_street)s, 0), %(now)s::timestamptz - interval '3 years'
FROM generate_series(0, %(communities)s - 1) AS number;
INSERT INTO org_unit (id, kind, name, parent_id, created_at)
SELECT city_build.made(1, number, 0), 'compound', '模拟小区' || number + 1,
       city_build.made(2, number / %(compounds_of_a_community)s, 0), %(now)s::timestamptz - interval '3 years'
FROM generate_series(0, %(compounds)s - 1) AS number;
