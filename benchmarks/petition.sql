-- A compound of one owner a flat, each bound to it and signed in.
CREATE TABLE person AS
SELECT flat, uuid_v7() AS account_id, uuid_v7() AS owner_id, uuid_v7() AS unit_id, 'bench-' || flat AS token
FROM generate_series(1, %(flats)s) AS flat;

INSERT INTO org_unit (id, kind, name, created_at) VALUES (%(compound)s, 'compound', '测量小区', now());
INSERT INTO account (id, openid, created_at) SELECT account_id, token, now() FROM person;
INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
SELECT sha256(convert_to(token, 'utf8')), account_id, now(), now() + interval '30 days' FROM person;
INSERT INTO roll (compound_id, version) VALUES (%(compound)s, 1);
INSERT INTO building (compound_id, id, name)
SELECT %(compound)s, md5(building::text)::uuid, building || '栋' FROM generate_series(0, 9) AS building;
INSERT INTO unit (compound_id, id, building_id, stairwell, room, use, area_register_centi, held_by_developer)
SELECT %(compound)s, unit_id, md5((flat %% 10)::text)::uuid, '', flat::text, 'residence', 10000, false FROM person;
INSERT INTO owner (compound_id, id, name, name_hash) SELECT %(compound)s, owner_id, %(name)s, '' FROM person;
INSERT INTO ownership (compound_id, id, unit_id, owner_id, share_numerator, share_denominator, valid_from)
SELECT %(compound)s, uuid_v7(), unit_id, owner_id, 1, 1, now() - interval '1 year' FROM person;
INSERT INTO binding (compound_id, id, account_id, unit_id, owner_id, state, method, created_at)
SELECT %(compound)s, uuid_v7(), account_id, unit_id, owner_id, 'accepted', 'phone', now() FROM person;
DROP TABLE person;
