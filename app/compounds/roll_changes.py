# ruff: noqa: S608 -- put together from constants of this package only
"""The SQL of a plan: worked out from what roll_statements has laid out, and carried out. Set by set, not row by row."""

from app.compounds.roll_statements import PERSON_CHANGED, UNIT_CHANGED

# The rows of the file that hold a name or number to be stored, in their order: `owners` of a plan is a line for each.
_NEEDED_LINE = """
int4send(no) || uuid_send(owner_id)
    || int4send((is_new::int + 2 * name::int + 4 * id_number::int + 8 * phone::int + 16 * parts)::int4)
"""

_ROWS_OF_PERSON = """
(1 + coalesce(id_no <> name_no, false)::int
    + coalesce(phone_no <> name_no AND phone_no IS DISTINCT FROM id_no, false)::int)
"""

# Shares that the file does not say: as they were where the owners are the same, else equal (Civil Code 309).
WORK_OUT = f"""
INSERT INTO roll_plan (compound_id, import_id, building_ids, building_names,
    unit_is_new, unit_ids, unit_building_ids, unit_stairwells, unit_rooms, unit_uses,
    unit_registers, unit_surveys, unit_contracts, unit_held, owners, renumbered, closed,
    opened_ids, opened_unit_ids, opened_owner_ids, opened_numerators, opened_denominators)
WITH units AS (
    SELECT array_agg(is_new), array_agg(unit_id), array_agg(building_id), array_agg(stairwell), array_agg(room),
        array_agg(use), array_agg(register), array_agg(survey), array_agg(contract), array_agg(held)
    FROM (SELECT * FROM roll_unit WHERE is_new OR ({UNIT_CHANGED}) ORDER BY unit_no) unit
), wanted AS MATERIALIZED (
    SELECT owner_id, is_new, name_no, id_no, phone_no, {_ROWS_OF_PERSON} AS parts FROM roll_person WHERE is_new
    UNION ALL
    SELECT owner_id, is_new, name_no, id_no, phone_no, sum({_ROWS_OF_PERSON}) OVER (PARTITION BY owner_id)
    FROM roll_person p JOIN owner o ON o.compound_id = :compound_id AND o.id = p.owner_id
    WHERE {PERSON_CHANGED}
), needed AS (
    SELECT name_no AS no, * FROM wanted
    UNION ALL
    SELECT id_no, * FROM wanted WHERE id_no <> name_no
    UNION ALL
    SELECT phone_no, * FROM wanted WHERE phone_no <> name_no AND phone_no IS DISTINCT FROM id_no
), owners AS (
    SELECT string_agg({_NEEDED_LINE}, '' ORDER BY no)
    FROM (
        SELECT no, owner_id, is_new, no = name_no AS name, coalesce(no = id_no, false) AS id_number,
            coalesce(no = phone_no, false) AS phone, parts
        FROM needed
    ) line
), renumbered AS (
    SELECT array_agg(DISTINCT p.owner_id)
    FROM roll_person p JOIN owner o ON o.compound_id = :compound_id AND o.id = p.owner_id
    WHERE NOT p.is_new AND p.phone_hash <> o.phone_hash
), closing AS MATERIALIZED (
    SELECT w.id
    FROM roll_unit u JOIN ownership w ON w.compound_id = :compound_id AND w.unit_id = u.unit_id AND w.valid_to IS NULL
    WHERE u.says_owners AND NOT u.is_new AND NOT EXISTS (
        SELECT FROM roll_ownership f
        WHERE f.unit_no = u.unit_no AND f.owner_id = w.owner_id AND (
            (f.numerator IS NULL AND NOT u.owners_change)
            OR coalesce(f.numerator, 1) * w.share_denominator = w.share_numerator * coalesce(f.denominator, f.owners)
        )
    )
), staying AS (
    SELECT w.unit_id, w.owner_id FROM ownership w
    WHERE w.compound_id = :compound_id AND w.valid_to IS NULL AND NOT EXISTS (SELECT FROM closing c WHERE c.id = w.id)
), opened AS (
    SELECT array_agg(id), array_agg(unit_id), array_agg(owner_id), array_agg(coalesce(numerator, 1)),
        array_agg(coalesce(denominator, owners))
    FROM (
        SELECT * FROM roll_ownership f
        WHERE NOT EXISTS (SELECT FROM staying s WHERE s.unit_id = f.unit_id AND s.owner_id = f.owner_id)
        ORDER BY f.unit_no, f.owner_id
    ) ownership
)
SELECT :compound_id, :import_id, CAST(:building_ids AS uuid[]), CAST(:building_names AS text[]),
    units.*, owners.*, renumbered.*, (SELECT array_agg(id) FROM closing), opened.*
FROM units, owners, renumbered, opened
"""

OWNER = {
    "compound_id": "uuid",
    "id": "uuid",
    "name": "bytea",
    "name_hash": "bytea",
    "id_number": "bytea",
    "id_number_hash": "bytea",
    "phone": "bytea",
    "phone_hash": "bytea",
}
"""Columns of owner, and of roll_owner for those who are on the roll already, as copied."""

CREATE_OWNERS = (
    "DROP TABLE IF EXISTS pg_temp.roll_owner",
    f"CREATE TEMPORARY TABLE roll_owner ({', '.join(map(' '.join, OWNER.items()))}) ON COMMIT DROP",
)

_PLAN = "roll_plan p"
_THIS = "p.compound_id = :compound_id AND p.import_id = :import_id"
_UNIT = """unnest(p.unit_is_new, p.unit_ids, p.unit_building_ids, p.unit_stairwells, p.unit_rooms, p.unit_uses,
    p.unit_registers, p.unit_surveys, p.unit_contracts, p.unit_held)
    AS c(is_new, id, building_id, stairwell, room, use, register, survey, contract, held)"""

_BUILDINGS_ADDED = f"""
INSERT INTO building (compound_id, id, name)
SELECT p.compound_id, b.id, b.name FROM {_PLAN}, unnest(p.building_ids, p.building_names) AS b(id, name) WHERE {_THIS}
"""

_UNITS_ADDED = f"""
INSERT INTO unit (compound_id, id, building_id, stairwell, room, use, area_register_centi, area_survey_centi,
    area_contract_centi, held_by_developer)
SELECT p.compound_id, c.id, building_id, stairwell, room, use, register, survey, contract, held
FROM {_PLAN}, {_UNIT} WHERE {_THIS} AND c.is_new
"""

_UNITS_CHANGED = f"""
UPDATE unit u SET use = c.use, area_register_centi = c.register, area_survey_centi = c.survey,
    area_contract_centi = c.contract, held_by_developer = c.held
FROM {_PLAN}, {_UNIT}
WHERE {_THIS} AND false = ANY (p.unit_is_new) AND NOT c.is_new AND u.compound_id = p.compound_id AND u.id = c.id
"""

_OWNERS_CHANGED = """
UPDATE owner o SET
    name = c.name, name_hash = c.name_hash,
    id_number = coalesce(c.id_number, o.id_number), id_number_hash = coalesce(c.id_number_hash, o.id_number_hash),
    phone = coalesce(c.phone, o.phone), phone_hash = coalesce(c.phone_hash, o.phone_hash)
FROM roll_owner c
WHERE o.compound_id = c.compound_id AND o.id = c.id
"""

_OWNERSHIP_CLOSED = f"""
UPDATE ownership w SET valid_to = :now
FROM {_PLAN}, unnest(p.closed) AS c(id) WHERE {_THIS} AND w.compound_id = p.compound_id AND w.id = c.id
"""

_OWNERSHIP_OPENED = f"""
INSERT INTO ownership (compound_id, id, unit_id, owner_id, share_numerator, share_denominator, valid_from)
SELECT p.compound_id, c.id, c.unit_id, c.owner_id, c.numerator, c.denominator, :now
FROM {_PLAN}, unnest(p.opened_ids, p.opened_unit_ids, p.opened_owner_ids, p.opened_numerators, p.opened_denominators)
    AS c(id, unit_id, owner_id, numerator, denominator)
WHERE {_THIS}
"""

UNITS = (_BUILDINGS_ADDED, _UNITS_ADDED, _UNITS_CHANGED)
"""To be done while the owners are sealed."""

OWNERSHIP = (_OWNERS_CHANGED, _OWNERSHIP_CLOSED, _OWNERSHIP_OPENED)
"""To be done once the owners are stored."""
