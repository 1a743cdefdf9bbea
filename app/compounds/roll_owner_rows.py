"""Owners of a planned import on their way into the database: encrypted here, and only those that are new or changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, Final

from app.core.crypto import encrypt_each, lookup_hash

UNITS_AT_ONCE: Final = 500

_LINE = Struct("!i16si")
_KINDS = ("name", "id_number", "phone")
_NEW, _WHOLE = 1, 2 + 4 + 8 + 16
"""Bits of a line: that the owner is new; that one row, this, gives name, ID number and phone."""

Columns = Sequence[bytes | None]
"""Name, ID number and phone of an owner, each encrypted and with its hash."""
Said = Sequence[str | None]
"""The same as the file has them."""


@dataclass(slots=True)
class Sealed:
    """Some owners to be stored, each id with its columns, and how many units of the file they were read from."""

    added: list[tuple[bytes, Columns]] = field(default_factory=list)
    changed: list[tuple[bytes, Columns]] = field(default_factory=list)
    units: int = 0


def sealed_owners(units: Iterable[Sequence[Sequence[Any]]], owners: bytes) -> Iterator[Sealed]:
    """The owners of a plan's `owners`, batch by batch, from the owners of each unit of the file. Knows no database."""
    persons, whole, read, no = _Persons(owners), list[tuple[bytes, bool, Said]](), 0, 0
    for unit in units:
        for owner in unit or (None,):
            if no == persons.next_no and owner and (person := persons.take(owner)):
                whole.append(person)
            no += 1
        read += 1
        if read == UNITS_AT_ONCE:
            yield _sealed(whole, read)
            whole, read = [], 0
    yield _sealed(whole, read)


class _Persons:
    """Goes through a plan's `owners`: a line for each row of the file that holds something to be stored."""

    def __init__(self, owners: bytes) -> None:
        self._lines = _LINE.iter_unpack(owners)
        self._unfinished: dict[bytes, tuple[list[str | None], int]] = {}
        self._advance()

    def take(self, owner: Sequence[Any]) -> tuple[bytes, bool, Said] | None:
        """Take what is needed from the row `next_no`; the person's id, whether new, and what is said, once all is."""
        owner_id, bits = self._owner_id, self._bits
        self._advance()
        if bits & ~_NEW == _WHOLE:
            return owner_id, bool(bits & _NEW), owner[:3]
        said, rows = self._unfinished.pop(owner_id, ([None, None, None], 0))
        for place in range(3):
            if bits & 2 << place:
                said[place] = owner[place]
        if rows + 1 == bits >> 4:
            return owner_id, bool(bits & _NEW), said
        self._unfinished[owner_id] = (said, rows + 1)
        return None

    def _advance(self) -> None:
        self.next_no, self._owner_id, self._bits = next(self._lines, (-1, b"", 0))


def _sealed(persons: Sequence[tuple[bytes, bool, Said]], units: int) -> Sealed:
    tokens = iter(encrypt_each([text for _, _, said in persons for text in said if text]))
    batch = Sealed(units=units)
    for owner_id, is_new, said in persons:
        columns: list[bytes | None] = []
        for kind, text in zip(_KINDS, said, strict=True):
            columns += (next(tokens), lookup_hash(kind, text)) if text else (None, None)
        (batch.added if is_new else batch.changed).append((owner_id, columns))
    return batch
