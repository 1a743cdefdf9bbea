"""Owners of a staged roll on their way into the database: encrypted here, and only those that are new or changed."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import args_row

from app.compounds.roll_changes import NEEDED, OWNER
from app.compounds.roll_stage import copy_into, driver_connection
from app.compounds.roll_units import RollOwner, RollUnit
from app.core.crypto import encrypt

BATCH = 20_000


class _Needed(NamedTuple):
    """A row of the file that holds something to be stored, as NEEDED selects it."""

    no: int
    owner_id: bytes
    is_new: bool
    parts: int
    name: bool
    id_number: bool | None
    phone: bool | None
    name_hash: bytes
    id_hash: bytes | None
    phone_hash: bytes | None


@dataclass(slots=True)
class _Person:
    """What the rows of one person say so far: each value encrypted, with its hash from the staging."""

    name: tuple[bytes | None, bytes | None] = (None, None)
    id_number: tuple[bytes | None, bytes | None] = (None, None)
    phone: tuple[bytes | None, bytes | None] = (None, None)
    rows: int = 0

    def take(self, needed: _Needed, owner: RollOwner) -> bool:
        """Take what is needed from a row; whether it was the last one."""
        if needed.name:
            self.name = (encrypt(owner.name), needed.name_hash)
        if needed.id_number and owner.id_number:
            self.id_number = (encrypt(owner.id_number), needed.id_hash)
        if needed.phone and owner.phone:
            self.phone = (encrypt(owner.phone), needed.phone_hash)
        self.rows += 1
        return self.rows == needed.parts

    def columns(self) -> tuple[bytes | None, ...]:
        """Name, ID number and phone, each encrypted and with its hash."""
        return (*self.name, *self.id_number, *self.phone)


def copy_owners(compound_id: UUID, units: Iterable[RollUnit]) -> None:
    """Store the new owners, and lay those that change out in roll_owner. Batch by batch, for the sake of memory."""
    compound, rows = compound_id.bytes, enumerate(_rows(units))
    unfinished, changed = _Unfinished(rows), list[tuple[bytes, _Person]]()
    for needed in _needed(driver_connection(), compound_id):
        with copy_into("owner", OWNER) as copy:
            for row, person in unfinished.finished(needed):
                if row.is_new:
                    copy.write_row((compound, row.owner_id, *person.columns()))
                else:
                    changed.append((row.owner_id, person))
    with copy_into("pg_temp.roll_owner", OWNER) as copy:
        for owner_id, person in changed:
            copy.write_row((compound, owner_id, *person.columns()))
    deque(rows, maxlen=0)


def _needed(connection: Connection, compound_id: UUID) -> Iterator[list[_Needed]]:
    """The rows that are needed, a batch at a time; between two of them the connection is free for other things."""
    with connection.cursor("roll_needed", row_factory=args_row(_Needed)) as cursor:
        cursor.execute(NEEDED.encode(), {"compound_id": compound_id}, binary=True)
        while batch := cursor.fetchmany(BATCH):
            yield batch


class _Unfinished:
    """Persons of whom some rows have gone by, and others not yet. `rows`: all owners of the file, numbered."""

    def __init__(self, rows: Iterator[tuple[int, RollOwner]]) -> None:
        self._rows = rows
        self._persons: dict[bytes, _Person] = {}

    def finished(self, needed: Iterable[_Needed]) -> Iterator[tuple[_Needed, _Person]]:
        """Each person whose last needed row is among these."""
        for row in needed:
            owner = next(owner for no, owner in self._rows if no == row.no)
            person = self._persons.pop(row.owner_id, None) or _Person()
            if person.take(row, owner):
                yield row, person
            else:
                self._persons[row.owner_id] = person


def _rows(units: Iterable[RollUnit]) -> Iterator[RollOwner]:
    """Owners as the staging numbers them: a unit without owners takes a number too."""
    for unit in units:
        yield from unit.owners or (RollOwner(""),)
