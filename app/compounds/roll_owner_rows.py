"""Owners of a staged roll on their way into the database: encrypted here, and only those that are new or changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from app.compounds.roll_changes import NEEDED, OWNER
from app.compounds.roll_stage import copy_into
from app.compounds.roll_units import RollOwner, RollUnit
from app.core.crypto import encrypt, lookup_hash
from app.core.db import db


@dataclass(slots=True)
class _Person:
    """What the rows of one person say so far."""

    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    rows: int = 0

    def take(self, needed: Row[Any], owner: RollOwner) -> bool:
        """Take what is needed from a row; whether it was the last one."""
        self.name = owner.name if needed.name else self.name
        self.id_number = owner.id_number if needed.id_number else self.id_number
        self.phone = owner.phone if needed.phone else self.phone
        self.rows += 1
        return self.rows == int(needed.parts)

    def columns(self) -> tuple[bytes | None, ...]:
        """Name, ID number and phone, each encrypted and hashed."""
        return (*_secret("name", self.name), *_secret("id_number", self.id_number), *_secret("phone", self.phone))


def copy_owners(compound_id: UUID, units: Iterable[RollUnit]) -> None:
    """Store the new owners, and lay those that change out in roll_owner."""
    needed = db.session.execute(text(NEEDED), {"compound_id": compound_id}).all()
    changed: list[tuple[UUID, _Person]] = []
    with copy_into("owner", OWNER) as copy:
        for row, person in _complete(iter(needed), units):
            if row.is_new:
                copy.write_row((compound_id, row.owner_id, *person.columns()))
            else:
                changed.append((row.owner_id, person))
    with copy_into("pg_temp.roll_owner", OWNER) as copy:
        for owner_id, person in changed:
            copy.write_row((compound_id, owner_id, *person.columns()))


def _complete(needed: Iterator[Row[Any]], units: Iterable[RollUnit]) -> Iterator[tuple[Row[Any], _Person]]:
    """Each person once all of its rows have gone by."""
    open_: dict[UUID, _Person] = {}
    row = next(needed, None)
    for no, owner in enumerate(_rows(units)):
        while row is not None and row.no == no:
            person = open_.pop(row.owner_id, None) or _Person()
            if person.take(row, owner):
                yield row, person
            else:
                open_[row.owner_id] = person
            row = next(needed, None)


def _rows(units: Iterable[RollUnit]) -> Iterator[RollOwner]:
    """Owners as the staging numbers them: a unit without owners takes a number too."""
    for unit in units:
        yield from unit.owners or (RollOwner(""),)


def _secret(kind: str, value: str | None) -> tuple[bytes | None, bytes | None]:
    return (encrypt(value), lookup_hash(kind, value)) if value else (None, None)
