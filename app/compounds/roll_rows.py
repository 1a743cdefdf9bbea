"""Rows of the staging as PostgreSQL copies them, made of units as their payload has them: pure, a batch at a time.

What is hashed, masked and laid out here is half the work of reading a roll, and touches neither file nor database: for
a large roll another process does it (`roll_beside`).
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from struct import Struct
from typing import Any, Final, NamedTuple

import orjson

from app.compounds.roll_payload import PackedUnits
from app.compounds.roll_statements import COPIED
from app.core.crypto import lookup_hash
from app.core.ids import new_ids_bytes
from app.core.masking import mask_id_number, mask_name, mask_phone

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER: Final = b"\xff\xff"
"""What a binary COPY begins and ends with; between them stand the rows."""

ID_BYTES: Final = 16

_NULL: Final = b"\xff\xff\xff\xff"
_TRUE, _FALSE = b"\0\0\0\1\1", b"\0\0\0\1\0"
_COUNTERS = Struct("!hiiiiii").pack
_INT4, _INT8 = Struct("!ii").pack, Struct("!iq").pack
_IDS = Struct("!i16si16s").pack
_LENGTH = Struct("!i").pack
_HASH = _LENGTH(32)
_ID = _LENGTH(ID_BYTES)
_NOBODY: Final = _NULL * 8


class Batch(NamedTuple):
    """Units as lines of a payload, and the ids of their buildings."""

    lines: bytes
    buildings: bytes


class _Texts(dict[str | None, bytes]):
    """Texts as fields; those that come again and again are remembered."""

    def __missing__(self, text: str | None) -> bytes:
        field = self[text] = _text(text)
        return field


class RowMaker:
    """Makes the rows of one roll, numbered from 0 in the order of its batches, and packs its payload on the way."""

    def __init__(self) -> None:
        self._units = self._rows = 0
        self._packed = PackedUnits()
        self._texts = _Texts()
        self._keys: set[int] = set()

    def rows(self, batches: Iterable[Batch]) -> Generator[bytes, None, None]:
        """The rows of each batch."""
        for batch in batches:
            self._packed.add(batch.lines)
            units = [orjson.loads(line) for line in batch.lines.splitlines()]
            ids = iter(new_ids_bytes(sum(1 + 2 * (len(unit[-1]) or 1) for unit in units)))
            rows: list[bytes] = []
            for place, unit in enumerate(units):
                self._add(unit, batch.buildings[ID_BYTES * place : ID_BYTES * (place + 1)], ids, rows)
            yield b"".join(rows)

    def packed(self) -> bytes:
        """The units of all batches, compressed; the last call."""
        return self._packed.finish()

    def _add(self, unit: list[Any], building_id: bytes, ids: Iterator[bytes], rows: list[bytes]) -> None:
        """Add the rows of a unit."""
        *said, owners = unit
        about = self._about(said, building_id, len(owners), next(ids))
        for position, owner in enumerate(owners or (None,)):
            rows += (
                _COUNTERS(len(COPIED), 4, self._rows, 4, self._units, 4, position),
                about,
                _particulars(owner) if owner else _NOBODY,
                _IDS(ID_BYTES, next(ids), ID_BYTES, next(ids)),
                _TRUE if owner and self._is_first(owner) else _FALSE,
            )
            self._rows += 1
        self._units += 1

    def _is_first(self, owner: list[Any]) -> bool:
        """Whether nobody with the same key stands above, for sure: equal hashes of other keys only cost a look."""
        name, id_number, phone, *_ = owner
        key = hash(id_number or ((name, phone) if phone else (name, self._units)))
        before = len(self._keys)
        self._keys.add(key)
        return len(self._keys) > before

    def _about(self, said: Sequence[Any], building_id: bytes, owners: int, unit_id: bytes) -> bytes:
        """The fields that all rows of a unit have."""
        sheet, row, building, stairwell, room, use, register, survey, contract, held = said
        texts = self._texts
        return b"".join(
            (
                texts[sheet],
                _INT4(4, row),
                _ID,
                building_id,
                texts[building],
                texts[stairwell],
                _text(room),
                texts[use],
                _NULL if register is None else _INT8(8, register),
                _NULL if survey is None else _INT8(8, survey),
                _NULL if contract is None else _INT8(8, contract),
                _NULL if held is None else _TRUE if held else _FALSE,
                _INT4(4, owners),
                _ID,
                unit_id,
            )
        )


def _particulars(owner: list[Any]) -> bytes:
    """The fields of an owner: hashes, what is shown, the share."""
    name, id_number, phone, *share = owner
    return b"".join(
        (
            _HASH,
            lookup_hash("name", name),
            _HASH + lookup_hash("id_number", id_number) if id_number else _NULL,
            _HASH + lookup_hash("phone", phone) if phone else _NULL,
            _text(mask_name(name)),
            _text(mask_id_number(id_number)) if id_number else _NULL,
            _text(mask_phone(phone)) if phone else _NULL,
            _INT8(8, share[0]) if share else _NULL,
            _INT8(8, share[1]) if share else _NULL,
        )
    )


def _text(text: str | None) -> bytes:
    if text is None:
        return _NULL
    encoded = text.encode()
    return _LENGTH(len(encoded)) + encoded
