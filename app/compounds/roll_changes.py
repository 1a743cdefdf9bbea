# ruff: noqa: S608 -- put together from constants of this package only
"""The SQL that carries out what roll_statements has laid out. Set by set, whatever the number of rows."""

from app.compounds.roll_statements import PERSON_CHANGED, UNIT_CHANGED

# Which rows of the file hold a name or number that is to be stored, in their order, and which of the three; `parts`:
# how many rows there are of that owner.
NEEDED = f"""
WITH wanted AS (
    SELECT p.key, p.owner_id, p.is_new, p.name_no, p.id_no, p.phone_no
    FROM roll_person p
    LEFT JOIN owner o ON NOT p.is_new AND o.compound_id = %(compound_id)s AND o.id = p.owner_id
    WHERE p.is_new OR ({PERSON_CHANGED})
)
SELECT s.no, uuid_send(w.owner_id) AS owner_id, w.is_new, count(*) OVER (PARTITION BY w.owner_id) AS parts,
    s.no = w.name_no AS name, s.no = w.id_no AS id_number, s.no = w.phone_no AS phone,
    s.name_hash, s.id_hash, s.phone_hash
FROM wanted w JOIN roll_stage s ON s.key = w.key AND s.no IN (w.name_no, w.id_no, w.phone_no)
ORDER BY s.no
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
    "DROP TABLE IF EXISTS pg_temp.roll_owner, pg_temp.roll_renumbered",
    f"CREATE TEMPORARY TABLE roll_owner ({', '.join(map(' '.join, OWNER.items()))}) ON COMMIT DROP",
)

# Whose number differs from the one that was on the roll: who was bound by the old one must prove the new one.
RENUMBERED = """
CREATE TEMPORARY TABLE roll_renumbered ON COMMIT DROP AS
SELECT DISTINCT p.owner_id
FROM roll_person p JOIN owner o ON o.compound_id = :compound_id AND o.id = p.owner_id
WHERE NOT p.is_new AND p.phone_hash <> o.phone_hash
"""

_UNITS_ADDED = """
INSERT INTO unit (compound_id, id, building_id, stairwell, room, use, area_register_centi, area_survey_centi,
    area_contract_centi, held_by_developer)
SELECT :compound_id, unit_id, building_id, stairwell, room, use, register, survey, contract, held
FROM roll_unit WHERE is_new ORDER BY unit_no
"""

_UNITS_CHANGED = f"""
UPDATE unit u SET use = c.use, area_register_centi = c.register, area_survey_centi = c.survey,
    area_contract_centi = c.contract, held_by_developer = c.held
FROM (SELECT * FROM roll_unit WHERE {UNIT_CHANGED}) c
WHERE u.compound_id = :compound_id AND u.id = c.unit_id
"""

_OWNERS_CHANGED = """
UPDATE owner o SET
    name = c.name, name_hash = c.name_hash,
    id_number = coalesce(c.id_number, o.id_number), id_number_hash = coalesce(c.id_number_hash, o.id_number_hash),
    phone = coalesce(c.phone, o.phone), phone_hash = coalesce(c.phone_hash, o.phone_hash)
FROM roll_owner c
WHERE o.compound_id = c.compound_id AND o.id = c.id
"""

# Shares that the file does not say: as they were where the owners are the same, else equal (Civil Code 309).
_OWNERSHIP_CLOSED = """
UPDATE ownership w SET valid_to = :now
FROM roll_unit u
WHERE u.says_owners AND NOT u.is_new AND w.compound_id = :compound_id AND w.unit_id = u.unit_id AND w.valid_to IS NULL
    AND NOT EXISTS (
        SELECT FROM roll_ownership f
        WHERE f.unit_no = u.unit_no AND f.owner_id = w.owner_id AND (
            (f.numerator IS NULL AND NOT u.owners_change)
            OR coalesce(f.numerator, 1) * w.share_denominator = w.share_numerator * coalesce(f.denominator, f.owners)
        )
    )
"""

_OWNERSHIP_OPENED = """
INSERT INTO ownership (compound_id, id, unit_id, owner_id, share_numerator, share_denominator, valid_from)
SELECT :compound_id, f.id, f.unit_id, f.owner_id, coalesce(f.numerator, 1), coalesce(f.denominator, f.owners), :now
FROM roll_ownership f
WHERE NOT EXISTS (
    SELECT FROM ownership w
    WHERE w.compound_id = :compound_id AND w.unit_id = f.unit_id AND w.owner_id = f.owner_id AND w.valid_to IS NULL
)
"""

CHANGES = (
    _UNITS_ADDED,
    _UNITS_CHANGED,
    _OWNERS_CHANGED,
    _OWNERSHIP_CLOSED,
    _OWNERSHIP_OPENED,
)
