# ruff: noqa: S608 -- put together from constants of this package only
"""What an import would change, as JSON for people: counts, and the first of each kind, masked."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text

from app.compounds.roll_columns import Column
from app.compounds.roll_file import RollReader
from app.compounds.roll_statements import PERSON_CHANGED, UNIT_CHANGED
from app.core.crypto import decrypt
from app.core.db import db
from app.core.masking import mask_id_number, mask_name, mask_phone

LISTED = 500
PHONE_SHARED_BY = 3
"""More persons than this with one number: it is somebody else's, as the property office's."""

_FIELDS = {
    "use": ("old_use", "use"),
    "area_register_centi": ("old_register", "register"),
    "area_survey_centi": ("old_survey", "survey"),
    "area_contract_centi": ("old_contract", "contract"),
    "held_by_developer": ("old_held", "held"),
}

_TOTALS = f"""
SELECT count(*) AS units,
    count(*) FILTER (WHERE is_new) AS units_added,
    count(*) FILTER (WHERE {UNIT_CHANGED}) AS units_changed,
    count(*) FILTER (WHERE owners_change AND NOT is_new) AS owners_changed,
    coalesce(sum(area), 0)::bigint AS area_centi
FROM roll_unit
"""
_PERSONS = f"""
SELECT count(*) FILTER (WHERE p.is_new) AS persons_added, count(*) FILTER (WHERE {PERSON_CHANGED}) AS persons_changed
FROM roll_person p LEFT JOIN owner o ON NOT p.is_new AND o.compound_id = :compound_id AND o.id = p.owner_id
"""
_MISSING = """
FROM unit u JOIN building b ON b.compound_id = u.compound_id AND b.id = u.building_id
WHERE u.compound_id = :compound_id AND NOT EXISTS (SELECT FROM roll_unit f WHERE f.unit_id = u.id)
"""
_BEFORE = """
SELECT count(*) AS units_before, coalesce(sum(area_centi), 0)::bigint AS area_centi_before
FROM unit WHERE compound_id = :compound_id
"""
_OWNERS_BY_FILE = (
    "SELECT unit_id, name_shown FROM roll_ownership WHERE unit_id = ANY(:unit_ids) ORDER BY unit_no, owner_id"
)
_OWNERS_BY_ROLL = """
SELECT w.unit_id, o.name FROM ownership w JOIN owner o ON o.compound_id = w.compound_id AND o.id = w.owner_id
WHERE w.compound_id = :compound_id AND w.unit_id = ANY(:unit_ids) AND w.valid_to IS NULL ORDER BY w.id
"""
_CHANGED_PERSONS = f"""
SELECT o.name, o.id_number, o.phone, p.name_shown, numbered.id_shown, phoned.phone_shown,
    p.name_hash <> o.name_hash AS other_name,
    p.id_hash IS NOT NULL AND o.id_number_hash IS NULL AS other_id_number,
    p.phone_hash IS NOT NULL AND p.phone_hash IS DISTINCT FROM o.phone_hash AS other_phone
FROM roll_person p JOIN owner o ON o.compound_id = :compound_id AND o.id = p.owner_id
LEFT JOIN roll_stage numbered ON numbered.no = p.id_no
LEFT JOIN roll_stage phoned ON phoned.no = p.phone_no
WHERE {PERSON_CHANGED} ORDER BY p.name_no LIMIT {LISTED}
"""
_TWO_NAMES = """
WITH numbered AS (
    SELECT s.no, s.sheet, s.row, s.key, s.name_hash, s.id_shown
    FROM roll_someone p JOIN roll_stage s ON s.key = p.key AND s.id_shown IS NOT NULL
    WHERE p.rows > 1
)
SELECT sheet, row, id_shown FROM numbered
WHERE key IN (SELECT key FROM numbered GROUP BY key HAVING count(DISTINCT name_hash) > 1) ORDER BY no
"""
_SHARED_PHONES = f"""
SELECT s.sheet, s.row, s.phone_shown, shared.persons
FROM (
    SELECT min(no) AS no, count(DISTINCT key) AS persons FROM roll_stage
    WHERE phone_hash IN (
        SELECT phone_hash FROM roll_stage GROUP BY phone_hash HAVING count(*) > {PHONE_SHARED_BY}
    )
    GROUP BY phone_hash HAVING count(DISTINCT key) > {PHONE_SHARED_BY}
) shared JOIN roll_stage s ON s.no = shared.no ORDER BY s.no
"""


def find_across_units(reader: RollReader) -> None:
    """Add to the reader's findings what only shows when all units stand side by side in the staging."""
    for sheet, row, shown in db.session.execute(text(_TWO_NAMES)):
        facts = {"value": shown}
        reader.findings.add("id_number_two_names", sheet, row, *reader.column(sheet, Column.ID_NUMBER), facts)
    for sheet, row, shown, persons in db.session.execute(text(_SHARED_PHONES)):
        facts = {"value": shown, "number": persons}
        reader.findings.add("phone_shared", sheet, row, *reader.column(sheet, Column.PHONE), facts)


def difference(compound_id: UUID) -> dict[str, Any]:
    """The difference between the staged roll and the current one.

    {"counts": {...}, "units_added": [...], "units_changed": [...], "owners_changed": [...], "persons_changed": [...],
    "units_missing": [...]}: areas in 0.01 m²; changes as [before, after]; each list has the first 500.
    """
    of_compound = {"compound_id": compound_id}
    counts: dict[str, int] = {}
    for statement in (_TOTALS, _PERSONS, f"SELECT count(*) AS units_missing {_MISSING}", _BEFORE):
        counts |= dict(db.session.execute(text(statement), of_compound).one()._mapping)
    counts["area_centi_after"] = _area_after(compound_id)
    return {
        "counts": counts,
        "units_added": _units_added(compound_id),
        "units_changed": [_unit_changed(row) for row in _units(UNIT_CHANGED)] if counts["units_changed"] else [],
        "owners_changed": _owners_changed(compound_id) if counts["owners_changed"] else [],
        "persons_changed": _persons_changed(compound_id) if counts["persons_changed"] else [],
        "units_missing": _units_missing(compound_id) if counts["units_missing"] else [],
    }


def _area_after(compound_id: UUID) -> int:
    missing = text(f"SELECT coalesce(sum(u.area_centi), 0)::bigint {_MISSING}")
    staged = text("SELECT coalesce(sum(area), 0)::bigint FROM roll_unit")
    return int(db.session.scalar(missing, {"compound_id": compound_id}) or 0) + int(db.session.scalar(staged) or 0)


def _units(which: str) -> list[Row[Any]]:
    return list(db.session.execute(text(f"SELECT * FROM roll_unit WHERE {which} ORDER BY unit_no LIMIT {LISTED}")))


def _units_added(compound_id: UUID) -> list[dict[str, Any]]:
    rows = _units("is_new")
    owners = _names(text(_OWNERS_BY_FILE), compound_id, rows)
    return [
        {"door": _door(row), "use": row.use, "area_centi": row.area, "owners": owners.get(row.unit_id, [])}
        for row in rows
    ]


def _unit_changed(row: Row[Any]) -> dict[str, Any]:
    fields = {
        field: [getattr(row, before), getattr(row, after)]
        for field, (before, after) in _FIELDS.items()
        if getattr(row, before) != getattr(row, after)
    }
    return {"door": _door(row), "fields": fields}


def _owners_changed(compound_id: UUID) -> list[dict[str, Any]]:
    rows = _units("owners_change AND NOT is_new")
    after = _names(text(_OWNERS_BY_FILE), compound_id, rows)
    before = _names(text(_OWNERS_BY_ROLL), compound_id, rows, encrypted=True)
    return [
        {"door": _door(row), "before": before.get(row.unit_id, []), "after": after.get(row.unit_id, [])} for row in rows
    ]


def _persons_changed(compound_id: UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(text(_CHANGED_PERSONS), {"compound_id": compound_id})
    return [_person_changed(row) for row in rows]


def _person_changed(row: Row[Any]) -> dict[str, Any]:
    fields: dict[str, list[str | None]] = {}
    if row.other_name:
        fields["name"] = [mask_name(decrypt(row.name)), row.name_shown]
    if row.other_id_number:
        fields["id_number"] = [mask_id_number(decrypt(row.id_number)) if row.id_number else None, row.id_shown]
    if row.other_phone:
        fields["phone"] = [mask_phone(decrypt(row.phone)) if row.phone else None, row.phone_shown]
    return {"owner": mask_name(decrypt(row.name)), "fields": fields}


def _units_missing(compound_id: UUID) -> list[dict[str, Any]]:
    statement = text(
        f"SELECT b.name AS building, u.stairwell, u.room, u.area_centi {_MISSING} "
        f"ORDER BY length(b.name), b.name, u.stairwell, length(u.room), u.room LIMIT {LISTED}"
    )
    rows = db.session.execute(statement, {"compound_id": compound_id})
    return [{"door": _door(row), "area_centi": row.area_centi} for row in rows]


def _names(
    statement: TextClause, compound_id: UUID, units: Iterable[Row[Any]], encrypted: bool = False
) -> dict[UUID, list[str]]:
    """Masked names of the owners by unit."""
    names: dict[UUID, list[str]] = {}
    parameters = {"unit_ids": [unit.unit_id for unit in units]}
    if encrypted:
        parameters["compound_id"] = compound_id  # type: ignore[assignment]
    for unit_id, name in db.session.execute(statement, parameters):
        names.setdefault(unit_id, []).append(mask_name(decrypt(name)) if encrypted else name)
    return names


def _door(row: Row[Any]) -> str:
    return " ".join(part for part in (row.building, row.stairwell, row.room) if part)
