-- What a build needs beside the product's tables, and the tree. All of it but the tree is dropped at the end.
CREATE SCHEMA city_build;
CREATE TABLE city_build.plan (compounds integer, homes integer, seed integer, now timestamptz);
CREATE TABLE city_build.batch (first integer PRIMARY KEY, loaded_at timestamptz);
CREATE TABLE city_build.definition (number integer GENERATED ALWAYS AS IDENTITY, stage integer, off text, sql text);
CREATE TABLE city_build.name (number integer, name bytea, hash bytea);

-- An id as UUIDv7: rows of a kind made one after the other lie together. Kinds are numbered in the files that use them.
CREATE FUNCTION city_build.made(kind integer, place integer, number bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (lpad(to_hex(1704067200000 + number * 60000), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
            || '8' || lpad(to_hex({seed} & 4095), 3, '0') || lpad(to_hex(place), 5, '0')
            || lpad(to_hex(number), 7, '0'))::uuid
$$;
-- What looks like chance: a number from 0 to 1,048,575, always the same for the same place and number.
CREATE FUNCTION city_build.luck(place integer, number bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashint8extended(place * 1000003::bigint + number, {seed}) & 1048575)::integer
$$;
