"""Owners of a planned import on their way into the database: encrypted here, and only those that are new or changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import NamedTuple

from app.compounds.roll_units import RollOwner, RollUnit
from app.core.crypto import encrypt_each, lookup_hash

UNITS_AT_ONCE = 500

_KINDS = ("name", "id_number", "phone")
_LINE = Struct("!i16si")
_NOBODY = RollOwner("")


class _Needed(NamedTuple):
    """A row of the file that holds something to be stored. `parts`: how many rows there are of that owner."""

    no: int
    owner_id: bytes
    is_new: bool
    name: bool
    id_number: bool
    phone: bool
    parts: int


Columns = Sequence[bytes | None]
"""Name, ID number and phone of an owner, each encrypted and with its hash."""


@dataclass(slots=True)
class Sealed:
    """Some owners to be stored, each id with its columns, and how many units of the file they were read from."""

    added: list[tuple[bytes, Columns]] = field(default_factory=list)
    changed: list[tuple[bytes, Columns]] = field(default_factory=list)
    units: int = 0


@dataclass(slots=True)
class _Person:
    """What the rows of one owner say so far."""

    needed: _Needed
    name: str | None = None
    id_number: str | None = None
    phone: str | None = None
    rows: int = 0

    def take(self, needed: _Needed, owner: RollOwner) -> bool:
        """Take what is needed from a row; whether it was the last one."""
        if needed.name:
            self.name = owner.name
        if needed.id_number:
            self.id_number = owner.id_number
        if needed.phone:
            self.phone = owner.phone
        self.rows += 1
        return self.rows == needed.parts


def sealed_owners(units: Iterable[RollUnit], owners: bytes) -> Iterator[Sealed]:
    """The owners of a plan's `owners`, batch by batch, from the units of the file. Touches no database."""
    lines = _needed(owners)
    needed = next(lines, None)
    unfinished: dict[bytes, _Person] = {}
    whole: list[_Person] = []
    read = 0
    for no, owner, ends_unit in _rows(units):
        if needed is not None and needed.no == no:
            person = unfinished.pop(needed.owner_id, None) or _Person(needed)
            if person.take(needed, owner):
                whole.append(person)
            else:
                unfinished[needed.owner_id] = person
            needed = next(lines, None)
        read += ends_unit
        if read == UNITS_AT_ONCE:
            yield _sealed(whole, read)
            whole, read = [], 0
    yield _sealed(whole, read)


def _sealed(persons: Sequence[_Person], units: int) -> Sealed:
    said = [(person.name, person.id_number, person.phone) for person in persons]
    tokens = iter(encrypt_each([text for texts in said for text in texts if text]))
    batch = Sealed(units=units)
    for person, texts in zip(persons, said, strict=True):
        columns: list[bytes | None] = []
        for kind, text in zip(_KINDS, texts, strict=True):
            columns += (next(tokens), lookup_hash(kind, text)) if text else (None, None)
        (batch.added if person.needed.is_new else batch.changed).append((person.needed.owner_id, columns))
    return batch


def _needed(owners: bytes) -> Iterator[_Needed]:
    for no, owner_id, bits in _LINE.iter_unpack(owners):
        yield _Needed(no, owner_id, bool(bits & 1), bool(bits & 2), bool(bits & 4), bool(bits & 8), bits >> 4)


def _rows(units: Iterable[RollUnit]) -> Iterator[tuple[int, RollOwner, bool]]:
    """Owners as the staging numbers them, and whether each is the last of a unit; one without owners has a number."""
    no = 0
    for unit in units:
        owners = unit.owners or [_NOBODY]
        for place, owner in enumerate(owners, start=1):
            yield no, owner, place == len(owners)
            no += 1
