"""Importing a roll (名册导入): a dry run that changes nothing, then the import of exactly what was checked."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, column, table, text
from sqlalchemy.dialects.postgresql import insert

from app.compounds import matching, queries, residents
from app.compounds.errors import RollChanged, RollHasErrors, RollImportNotFound
from app.compounds.models import Building, RollImport, RollImportState
from app.compounds.roll_changes import CHANGES, CREATE_OWNERS, RENUMBERED
from app.compounds.roll_difference import difference, find_across_units
from app.compounds.roll_file import PROGRESS_EVERY, RollReader
from app.compounds.roll_findings import Severity
from app.compounds.roll_lock import locked_roll
from app.compounds.roll_owner_rows import copy_owners
from app.compounds.roll_payload import PackedUnits, unpacked
from app.compounds.roll_stage import Stage
from app.compounds.roll_units import RollUnit
from app.core import audit, clock
from app.core.db import db
from app.core.ids import new_id
from app.core.progress import Progress
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import require
from app.org.queries import get_compound


def check_roll(
    actor: Actor, compound_id: UUID, file_name: str, content: bytes, progress: Progress | None = None
) -> RollImport:
    """Dry run: read an uploaded roll, say what is doubtful in it and what importing it would change.

    Changes nothing but adds the RollImport. Its `findings` are those of `roll_findings`, its `difference` that of
    `roll_difference` (counts only, where there are errors). progress(done, total) counts rows.
    Raises Forbidden, NotFound, NotARollFile.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    get_compound(compound_id)
    version = queries.roll_version(compound_id)
    reader = RollReader(file_name, content, clock.today())
    stage, packed = Stage(compound_id), PackedUnits()
    with stage.writing():
        for unit in reader.units(progress):
            stage.write(unit)
            packed.add(unit)
    if not reader.findings.count(Severity.ERROR):
        stage.resolve()
        find_across_units(reader)
    errors = reader.findings.count(Severity.ERROR)
    changes = {"counts": {"units": stage.units}} if errors else difference(compound_id)
    changes["counts"] |= {"errors": errors, "warnings": reader.findings.count(Severity.WARNING)}
    changes["findings_by_kind"] = dict(reader.findings.by_kind)
    roll_import = RollImport(
        compound_id=compound_id,
        id=new_id(),
        state=RollImportState.CHECKED,
        file_name=file_name,
        sha256=hashlib.sha256(content).hexdigest(),
        roll_version=version,
        payload=None if errors else packed.encrypted(),
        findings=reader.findings.to_json(),
        difference=changes,
        created_by=actor.account_id,
        created_at=clock.now(),
    )
    db.session.add(roll_import)
    db.session.flush()
    return roll_import


def apply_roll(actor: Actor, compound_id: UUID, import_id: UUID, progress: Progress | None = None) -> RollImport:
    """Import a checked roll, all of it or nothing; repeating it changes nothing and returns the same.

    Owners who are no longer in the file's unit end on this day, and so do their bindings and, where none of them is
    left, their family's; tenants stay (Civil Code 725). Accounts whose proven
    number is on the new roll are bound. Units that the file leaves out stay. progress(done, total) counts units,
    each twice.
    Raises Forbidden, RollImportNotFound, RollHasErrors, RollChanged (since the check), RollTooBusy.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    roll_import = db.session.get(RollImport, (compound_id, import_id), with_for_update=True, populate_existing=True)
    if roll_import is None:
        raise RollImportNotFound
    if roll_import.state == RollImportState.APPLIED:
        return roll_import
    errors = roll_import.difference["counts"]["errors"]
    if errors or roll_import.payload is None:
        raise RollHasErrors(errors=errors)
    roll = locked_roll(compound_id)
    if roll.version != roll_import.roll_version:
        raise RollChanged(checked=roll_import.roll_version, current=roll.version)
    now = clock.now()
    _carry_out(compound_id, roll_import.payload, now, _Counter(progress, roll_import.difference["counts"]["units"]))
    roll.version += 1
    roll_import.state = RollImportState.APPLIED
    roll_import.payload = None
    roll_import.applied_by = actor.account_id
    roll_import.applied_at = now
    db.session.flush()
    audit.record(compound_id, actor.account_id, "apply_roll", import_id, after={"roll_version": roll.version})
    return roll_import


def _carry_out(compound_id: UUID, payload: bytes, now: datetime, counter: "_Counter") -> None:
    """Stage the units again and change the roll to what they say."""
    stage = Stage(compound_id)
    with stage.writing():
        for unit in counter.counted(unpacked(payload)):
            stage.write(unit)
    stage.resolve()
    if stage.new_buildings:
        db.session.execute(
            insert(Building),
            [{"compound_id": compound_id, "id": one, "name": name} for one, name in stage.new_buildings.items()],
        )
    facts = {"compound_id": compound_id, "now": now}
    for statement in (*CREATE_OWNERS, RENUMBERED):
        db.session.execute(text(statement), facts)
    copy_owners(compound_id, counter.counted(unpacked(payload)))
    for statement in CHANGES:
        db.session.execute(text(statement), facts)
    matching.revoke_of_former_owners(compound_id)
    matching.revoke_of_changed_numbers(compound_id, table("roll_renumbered", column("owner_id", Uuid())))
    matching.match_compound(compound_id)
    residents.end_family_of_sellers(compound_id, now)
    db.session.expire_all()


class _Counter:
    """Reports progress over the two passes of an import."""

    def __init__(self, progress: Progress | None, units: int) -> None:
        self._progress = progress
        self._total = 2 * units
        self._done = 0

    def counted(self, units: Iterator[RollUnit]) -> Iterator[RollUnit]:
        for unit in units:
            yield unit
            self._done += 1
            if self._progress and (self._done % PROGRESS_EVERY == 0 or self._done == self._total):
                self._progress(self._done, self._total)
