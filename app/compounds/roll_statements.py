"""The SQL that finds out what a roll would change, for the dry run to show and to keep as the import's plan.

roll_stage      a row for each unit of the file (position 0) and for each further co-owner, as copied
roll_door       the unit on the roll that each unit of the file is (or shall be: is_new)
roll_person     each person or body of the file, and the owner on the roll that it is (or shall be: is_new)
roll_ownership  who owns which unit by the file, with what share if it says so, and of how many owners they are one
roll_unit       each unit of the file with its figures before and after

Tables are made whole instead of being updated: that costs a third on a large roll.

Who is who: by ID number; else by name and phone; else by name within the same unit. What the file does not say stays
as it is: a figure from another source, a phone, shares where the owners are the same, owners where none are named.
"""

COPIED = {
    "no": "int4",
    "unit_no": "int4",
    "position": "int4",
    "sheet": "text",
    "row": "int4",
    "building_id": "uuid",
    "building": "text",
    "stairwell": "text",
    "room": "text",
    "use": "text",
    "register": "int8",
    "survey": "int8",
    "contract": "int8",
    "held": "bool",
    "owners": "int4",
    "unit_id": "uuid",
    "name_hash": "bytea",
    "id_hash": "bytea",
    "phone_hash": "bytea",
    "name_shown": "text",
    "id_shown": "text",
    "phone_shown": "text",
    "numerator": "int8",
    "denominator": "int8",
    "person": "uuid",
    "ownership": "uuid",
    "first": "bool",
}
"""Columns of roll_stage that are copied, with their types. `first`: no row before has the same key, for sure."""

_DECLARED = ", ".join(f"{name} {kind}" for name, kind in COPIED.items())

SETTINGS = ("SET LOCAL work_mem = '64MB'", "SET LOCAL jit = off", "SET LOCAL default_statistics_target = 10")
"""For statements over a whole roll."""

CREATE = (
    """
    DROP TABLE IF EXISTS pg_temp.roll_stage, pg_temp.roll_door, pg_temp.roll_someone, pg_temp.roll_person,
        pg_temp.roll_ownership, pg_temp.roll_unit
    """,
    *SETTINGS,
    f"""
    CREATE TEMPORARY TABLE roll_stage (
        {_DECLARED},
        key bytea GENERATED ALWAYS AS (CASE
            WHEN id_hash IS NOT NULL THEN '\\x01'::bytea || id_hash
            WHEN phone_hash IS NOT NULL THEN '\\x02'::bytea || name_hash || phone_hash
            ELSE '\\x03'::bytea || int4send(unit_no) || name_hash
        END) STORED
    ) ON COMMIT DROP
    """,
)

_DOORS = """
CREATE TEMPORARY TABLE roll_door ON COMMIT DROP AS
SELECT s.unit_no, coalesce(u.id, s.unit_id) AS unit_id, u.id IS NULL AS is_new
FROM roll_stage s
LEFT JOIN unit u ON u.compound_id = :compound_id AND u.building_id = s.building_id AND u.stairwell = s.stairwell
    AND u.room = s.room
WHERE s.position = 0
"""

# Written without the ID number here and with it there, but with the same name and phone: the same person.
_COMPLETE_ID_NUMBERS = """
UPDATE roll_stage s SET id_hash = known.id_hash, first = false
FROM (
    SELECT name_hash, phone_hash, (array_agg(id_hash))[1] AS id_hash
    FROM roll_stage
    WHERE id_hash IS NOT NULL AND (name_hash, phone_hash) IN (
        SELECT name_hash, phone_hash FROM roll_stage WHERE id_hash IS NULL AND phone_hash IS NOT NULL
    )
    GROUP BY name_hash, phone_hash
    HAVING count(DISTINCT id_hash) = 1
) known
WHERE s.id_hash IS NULL AND s.name_hash = known.name_hash AND s.phone_hash = known.phone_hash
"""

# Nearly everybody stands in one row, which says all that is known of them; only the others are gathered.
_SOMEONE = """
CREATE TEMPORARY TABLE roll_someone ON COMMIT DROP AS
WITH again AS MATERIALIZED (
    SELECT DISTINCT key FROM roll_stage WHERE NOT first AND name_hash IS NOT NULL
)
SELECT key, 1 AS rows, no AS name_no, CASE WHEN id_shown IS NOT NULL THEN no END AS id_no,
    CASE WHEN phone_hash IS NOT NULL THEN no END AS phone_no, person, name_hash, name_shown, phone_hash,
    CASE WHEN id_shown IS NOT NULL THEN id_hash END AS id_hash
FROM roll_stage s
WHERE first AND name_hash IS NOT NULL AND NOT EXISTS (SELECT FROM again a WHERE a.key = s.key)
UNION ALL
SELECT nos.*, named.person, named.name_hash, named.name_shown, phoned.phone_hash,
    CASE WHEN nos.id_no IS NOT NULL THEN substring(nos.key FROM 2) END
FROM (
    SELECT key, count(*) AS rows, min(no) AS name_no, min(no) FILTER (WHERE id_shown IS NOT NULL) AS id_no,
        min(no) FILTER (WHERE phone_hash IS NOT NULL) AS phone_no
    FROM roll_stage WHERE name_hash IS NOT NULL AND key IN (SELECT key FROM again) GROUP BY key
) nos
JOIN roll_stage named ON named.no = nos.name_no
LEFT JOIN roll_stage phoned ON phoned.no = nos.phone_no
"""

# One owner on the roll for each person: by the surest sign. An ID number goes to one owner only; and of two persons
# in one unit who would be the same owner, the surer one is.
_PERSONS = """
CREATE TEMPORARY TABLE roll_person ON COMMIT DROP AS
WITH candidate AS (
    SELECT p.key, o.id, 1 AS rank
    FROM roll_someone p JOIN owner o ON o.compound_id = :compound_id AND o.id_number_hash = p.id_hash
    UNION ALL
    SELECT p.key, o.id, 2
    FROM roll_someone p
    JOIN owner o ON o.compound_id = :compound_id AND o.name_hash = p.name_hash AND o.phone_hash = p.phone_hash
    WHERE p.id_hash IS NULL OR o.id_number_hash IS NULL
    UNION ALL
    SELECT s.key, o.id, 3
    FROM roll_stage s
    JOIN roll_door d ON d.unit_no = s.unit_no AND NOT d.is_new
    JOIN ownership w ON w.compound_id = :compound_id AND w.unit_id = d.unit_id AND w.valid_to IS NULL
    JOIN owner o ON o.compound_id = w.compound_id AND o.id = w.owner_id AND o.name_hash = s.name_hash
    WHERE (s.id_hash IS NULL OR o.id_number_hash IS NULL)
), best AS (
    SELECT DISTINCT ON (key) key, id, rank, get_byte(key, 0) = 1 AS numbered FROM candidate ORDER BY key, rank, id
), kept AS (
    SELECT key, id, rank FROM best WHERE NOT numbered
    UNION ALL
    (SELECT DISTINCT ON (id) key, id, rank FROM best WHERE numbered ORDER BY id, rank, key)
), same_unit AS (
    SELECT key, row_number() OVER (PARTITION BY unit_no, id ORDER BY rank, key) AS place
    FROM (SELECT DISTINCT s.unit_no, k.key, k.id, k.rank FROM kept k JOIN roll_stage s ON s.key = k.key) once
)
SELECT p.*, coalesce(k.id, p.person) AS owner_id, k.id IS NULL AS is_new
FROM roll_someone p
LEFT JOIN kept k ON k.key = p.key AND NOT EXISTS (SELECT FROM same_unit s WHERE s.key = k.key AND s.place > 1)
"""

_OWNERSHIP = """
CREATE TEMPORARY TABLE roll_ownership ON COMMIT DROP AS
SELECT *, count(*) OVER (PARTITION BY unit_no) AS owners
FROM (
    SELECT DISTINCT ON (s.unit_no, p.owner_id) s.unit_no, d.unit_id, p.owner_id, s.ownership AS id, s.name_shown,
        s.numerator, s.denominator
    FROM roll_stage s
    JOIN roll_person p ON p.key = s.key
    JOIN roll_door d ON d.unit_no = s.unit_no
    WHERE s.name_hash IS NOT NULL
    ORDER BY s.unit_no, p.owner_id, s.no
) once
"""

_UNITS = """
CREATE TEMPORARY TABLE roll_unit ON COMMIT DROP AS
WITH by_file AS (
    SELECT unit_no, array_agg(owner_id ORDER BY owner_id) AS owner_ids
    FROM roll_ownership JOIN roll_door d USING (unit_no) WHERE NOT d.is_new GROUP BY unit_no
), by_roll AS (
    SELECT unit_id, array_agg(owner_id ORDER BY owner_id) AS owner_ids
    FROM ownership WHERE compound_id = :compound_id AND valid_to IS NULL GROUP BY unit_id
), compared AS (
    SELECT s.unit_no, d.unit_id, d.is_new, s.building_id, s.building, s.stairwell, s.room, s.use, s.register, s.survey,
        s.contract, s.held, s.owners, u.use AS old_use, u.area_register_centi AS old_register,
        u.area_survey_centi AS old_survey, u.area_contract_centi AS old_contract, u.area_centi AS old_area,
        u.held_by_developer AS old_held,
        s.owners > 0 OR coalesce(s.held, false) AS says_owners,
        CASE WHEN d.is_new THEN s.owners > 0
            ELSE coalesce(f.owner_ids, '{}') IS DISTINCT FROM coalesce(r.owner_ids, '{}') END AS owners_differ
    FROM roll_stage s
    JOIN roll_door d ON d.unit_no = s.unit_no
    LEFT JOIN unit u ON NOT d.is_new AND u.compound_id = :compound_id AND u.id = d.unit_id
    LEFT JOIN by_file f ON f.unit_no = s.unit_no
    LEFT JOIN by_roll r ON NOT d.is_new AND r.unit_id = d.unit_id
    WHERE s.position = 0
)
SELECT unit_no, unit_id, is_new, building_id, building, stairwell, room, says_owners,
    says_owners AND owners_differ AS owners_change,
    old_use, old_register, old_survey, old_contract, old_area, old_held,
    coalesce(use, old_use, 'residence') AS use,
    coalesce(register, old_register) AS register,
    coalesce(survey, old_survey) AS survey,
    coalesce(contract, old_contract) AS contract,
    coalesce(register, old_register, survey, old_survey, contract, old_contract) AS area,
    coalesce(held, CASE WHEN owners > 0 AND owners_differ THEN false ELSE old_held END, false) AS held
FROM compared
"""

RESOLVE = (
    "ANALYZE pg_temp.roll_stage (no, unit_no, position, key, name_hash, id_hash, phone_hash)",
    _DOORS,
    "ANALYZE pg_temp.roll_door",
    _COMPLETE_ID_NUMBERS,
    _SOMEONE,
    "ANALYZE pg_temp.roll_someone (key, name_hash, id_hash, phone_hash)",
    _PERSONS,
    "ANALYZE pg_temp.roll_person (key, owner_id, is_new)",
    _OWNERSHIP,
    "ANALYZE pg_temp.roll_ownership (unit_no, unit_id, owner_id)",
    _UNITS,
    "ANALYZE pg_temp.roll_unit (unit_no, unit_id, is_new, owners_change)",
)

UNIT_CHANGED = """NOT is_new AND (use, register, survey, contract, held) IS DISTINCT FROM
    (old_use, old_register, old_survey, old_contract, old_held)"""

PERSON_CHANGED = """NOT p.is_new AND (p.name_hash <> o.name_hash
    OR (p.id_hash IS NOT NULL AND o.id_number_hash IS NULL)
    OR (p.phone_hash IS NOT NULL AND p.phone_hash IS DISTINCT FROM o.phone_hash))"""
