"""Importing a roll (名册导入): a dry run that changes nothing, then the import of exactly what was checked."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, func, select, text

from app.compounds import matching, queries, residents
from app.compounds.errors import RollChanged, RollHasErrors, RollImportNotFound
from app.compounds.models import RollImport, RollImportState, RollPlan
from app.compounds.roll_beside import RowMakerBeside
from app.compounds.roll_changes import CREATE_OWNERS, OWNER, OWNERSHIP, UNITS, WORK_OUT
from app.compounds.roll_difference import difference, find_across_units
from app.compounds.roll_file import RollReader
from app.compounds.roll_findings import Severity
from app.compounds.roll_lock import locked_roll
from app.compounds.roll_owner_rows import Sealed, sealed_owners
from app.compounds.roll_payload import encrypted, owners_of_units
from app.compounds.roll_rows import RowMaker
from app.compounds.roll_stage import Stage, copy_into
from app.compounds.roll_statements import SETTINGS
from app.core import audit, clock
from app.core.ahead import ahead
from app.core.db import db
from app.core.ids import new_id
from app.core.progress import Progress
from app.identity.actor import Actor
from app.org.permissions import Act
from app.org.policy import require
from app.org.queries import get_compound

log = structlog.get_logger(__name__)

_SMALL: Final = 5000
"""Up to so many rows of a file are read and laid out by one process: another is not worth its start."""
_BATCHES_AHEAD: Final = 80
"""Batches of sealed owners, about 0.6 MB each, that may wait for PostgreSQL."""


def check_roll(
    actor: Actor, compound_id: UUID, file_name: str, content: bytes, progress: Progress | None = None
) -> RollImport:
    """Dry run: read an uploaded roll, say what is doubtful in it and what importing it would change.

    Changes nothing but adds the RollImport, with its RollPlan where there are no errors. Its `findings` are those of
    `roll_findings`, its `difference` that of `roll_difference` (counts only, where there are errors).
    progress(done, total) counts rows.
    Raises Forbidden, NotFound, NotARollFile.
    """
    require(actor, Act.MANAGE_ROLL, compound_id)
    get_compound(compound_id)
    version = queries.roll_version(compound_id)
    reader, stage, packed = _laid_out(compound_id, file_name, content, progress)
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
        payload=None if errors else encrypted(packed),
        findings=reader.findings.to_json(),
        difference=changes,
        created_by=actor.account_id,
        created_at=clock.now(),
    )
    db.session.add(roll_import)
    db.session.flush()
    if not errors:
        _work_out(roll_import, stage)
    return roll_import


def _laid_out(
    compound_id: UUID, file_name: str, content: bytes, progress: Progress | None
) -> tuple[RollReader, Stage, bytes]:
    """The file as it was read, staged, and packed.

    A large one is shared with another process. Where that one is ended, as by a machine that has no memory left, this
    one begins again and does it alone.
    """
    reader = RollReader(file_name, content, clock.today())
    if reader.rows > _SMALL:
        with suppress(ChildProcessError), db.session.begin_nested():
            stage = Stage(compound_id)
            return reader, stage, stage.fill(reader.units(progress), RowMakerBeside())
        log.warning("roll_laid_out_alone", rows=reader.rows)
        reader = RollReader(file_name, content, clock.today())
    stage = Stage(compound_id)
    return reader, stage, stage.fill(reader.units(progress), RowMaker())


def _work_out(roll_import: RollImport, stage: Stage) -> None:
    """Keep what the import would change, for as long as the roll has this version."""
    facts = {
        "compound_id": roll_import.compound_id,
        "import_id": roll_import.id,
        "building_ids": list(stage.new_buildings),
        "building_names": list(stage.new_buildings.values()),
    }
    db.session.execute(text(WORK_OUT), facts)


def apply_roll(actor: Actor, compound_id: UUID, import_id: UUID, progress: Progress | None = None) -> RollImport:
    """Import a checked roll, all of it or nothing; repeating it changes nothing and returns the same.

    Owners who are no longer in the file's unit end on this day, and so do their bindings and, where none of them is
    left, their family's; tenants stay (Civil Code 725). Accounts whose proven
    number is on the new roll are bound. Units that the file leaves out stay. progress(done, total) counts units,
    each twice: once its owners are stored, and once it is theirs.
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
    planned = db.session.execute(select(RollPlan.owners).where(_of(compound_id, import_id))).one_or_none()
    if roll.version != roll_import.roll_version or planned is None:  # the version before this one made no plan
        raise RollChanged(checked=roll_import.roll_version, current=roll.version)
    now, owners = clock.now(), planned.owners or b""
    counter = _Counter(progress, roll_import.difference["counts"]["units"])
    _carry_out(roll_import, roll_import.payload, owners, now, counter)
    roll.version += 1
    roll_import.state = RollImportState.APPLIED
    roll_import.payload = None
    roll_import.applied_by = actor.account_id
    roll_import.applied_at = now
    db.session.flush()
    audit.record(compound_id, actor.account_id, "apply_roll", import_id, after={"roll_version": roll.version})
    return roll_import


def _carry_out(roll_import: RollImport, payload: bytes, owners: bytes, now: datetime, counter: "_Counter") -> None:
    """Change the roll as planned. Owners are sealed while PostgreSQL stores units, and those that came before them."""
    compound_id, import_id = roll_import.compound_id, roll_import.id
    facts = {"compound_id": compound_id, "import_id": import_id, "now": now}
    plan = _of(compound_id, import_id)
    for statement in (*SETTINGS, *CREATE_OWNERS):
        db.session.execute(text(statement))
    with ahead(sealed_owners(owners_of_units(payload), owners), _BATCHES_AHEAD) as sealed:
        for statement in UNITS:
            db.session.execute(text(statement), facts)
        _store_owners(compound_id, counter.counted(sealed))
    for statement in OWNERSHIP:
        db.session.execute(text(statement), facts)
    counter.finish()
    matching.revoke_of_former_owners(compound_id)
    renumbered = select(func.unnest(RollPlan.renumbered).label("owner_id")).where(plan).subquery("renumbered")
    matching.revoke_of_changed_numbers(compound_id, renumbered)
    matching.match_compound(compound_id)
    residents.end_family_of_sellers(compound_id, now)
    db.session.execute(delete(RollPlan).where(plan))
    db.session.expire_all()


def _of(compound_id: UUID, import_id: UUID) -> ColumnElement[bool]:
    return (RollPlan.compound_id == compound_id) & (RollPlan.import_id == import_id)


def _store_owners(compound_id: UUID, sealed: Iterable[Sealed]) -> None:
    """Add the new owners to the roll, and lay those that change out in roll_owner."""
    compound, changed = compound_id.bytes, []
    with copy_into("owner", OWNER) as copy:
        for batch in sealed:
            for owner_id, columns in batch.added:
                copy.write_row((compound, owner_id, *columns))
            changed += batch.changed
    with copy_into("pg_temp.roll_owner", OWNER) as copy:
        for owner_id, columns in changed:
            copy.write_row((compound, owner_id, *columns))


class _Counter:
    """Reports progress over an import."""

    def __init__(self, progress: Progress | None, units: int) -> None:
        self._progress = progress
        self._units = units
        self._done = 0

    def counted(self, sealed: Iterable[Sealed]) -> Iterable[Sealed]:
        for batch in sealed:
            yield batch
            self._done += batch.units
            self._report(self._done)

    def finish(self) -> None:
        self._report(2 * self._units)

    def _report(self, done: int) -> None:
        if self._progress:
            self._progress(done, 2 * self._units)
