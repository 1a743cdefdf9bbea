"""Owners of a staged roll on their way into the database: encrypted here, and only those that are new or changed."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from app.compounds.roll_changes import CREATE_NEEDED, NEEDED, OWNER
from app.compounds.roll_stage import copy_into
from app.compounds.roll_units import RollOwner, RollUnit
from app.core.crypto import encrypt
from app.core.db import db

BATCH = 20_000


@dataclass(slots=True)
class _Person:
    """What the rows of one person say so far: each value encrypted, with its hash from the staging."""

    name: tuple[bytes | None, bytes | None] = (None, None)
    id_number: tuple[bytes | None, bytes | None] = (None, None)
    phone: tuple[bytes | None, bytes | None] = (None, None)
    rows: int = 0

    def take(self, needed: Row[Any], owner: RollOwner) -> bool:
        """Take what is needed from a row; whether it was the last one."""
        if needed.name:
            self.name = (encrypt(owner.name), needed.name_hash)
        if needed.id_number and owner.id_number:
            self.id_number = (encrypt(owner.id_number), needed.id_hash)
        if needed.phone and owner.phone:
            self.phone = (encrypt(owner.phone), needed.phone_hash)
        self.rows += 1
        return self.rows == int(needed.parts)

    def columns(self) -> tuple[bytes | None, ...]:
        """Name, ID number and phone, each encrypted and with its hash."""
        return (*self.name, *self.id_number, *self.phone)


def copy_owners(compound_id: UUID, units: Iterable[RollUnit]) -> None:
    """Store the new owners, and lay those that change out in roll_owner. Batch by batch, for the sake of memory."""
    db.session.execute(text(CREATE_NEEDED), {"compound_id": compound_id})
    last = db.session.scalar(text("SELECT max(no) FROM roll_needed"))
    rows, unfinished, changed = enumerate(_rows(units)), _Unfinished(), list[tuple[UUID, _Person]]()
    for first in range(0, -1 if last is None else last + 1, BATCH):
        needed = db.session.execute(text(NEEDED), {"first": first, "end": first + BATCH}).all()
        with copy_into("owner", OWNER) as copy:
            for row, person in unfinished.finished(needed, islice(rows, BATCH)):
                if row.is_new:
                    copy.write_row((compound_id, row.owner_id, *person.columns()))
                else:
                    changed.append((row.owner_id, person))
    with copy_into("pg_temp.roll_owner", OWNER) as copy:
        for owner_id, person in changed:
            copy.write_row((compound_id, owner_id, *person.columns()))
    deque(rows, maxlen=0)


class _Unfinished:
    """Persons of whom some rows have gone by, and others not yet."""

    def __init__(self) -> None:
        self._persons: dict[UUID, _Person] = {}

    def finished(
        self, needed: Sequence[Row[Any]], owners: Iterable[tuple[int, RollOwner]]
    ) -> Iterator[tuple[Row[Any], _Person]]:
        """Each person whose last needed row is among these."""
        waiting = iter(needed)
        row = next(waiting, None)
        for no, owner in owners:
            while row is not None and row.no == no:
                person = self._persons.pop(row.owner_id, None) or _Person()
                if person.take(row, owner):
                    yield row, person
                else:
                    self._persons[row.owner_id] = person
                row = next(waiting, None)


def _rows(units: Iterable[RollUnit]) -> Iterator[RollOwner]:
    """Owners as the staging numbers them: a unit without owners takes a number too."""
    for unit in units:
        yield from unit.owners or (RollOwner(""),)
