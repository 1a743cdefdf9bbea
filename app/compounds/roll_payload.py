"""Units of a checked roll while they wait to be imported: lines of JSON, compressed, in one encrypted value."""

import base64
import zlib
from collections.abc import Iterator
from typing import Any

import orjson

from app.compounds.roll_units import RollUnit
from app.core import crypto

_CHUNK = 1 << 16


def line_of(unit: RollUnit) -> bytes:
    """A unit as a line of the payload, without its end."""
    return orjson.dumps(unit.to_json())


class PackedUnits:
    """Takes lines batch by batch and never holds them all."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(level=3)
        self._parts: list[bytes] = []

    def add(self, lines: bytes) -> None:
        """Append lines, each with its end."""
        self._parts.append(self._deflate.compress(lines))

    def finish(self) -> bytes:
        """All that was added, compressed; the last call."""
        self._parts.append(self._deflate.flush())
        return b"".join(self._parts)


def encrypted(packed: bytes) -> bytes:
    """The token over packed units."""
    return crypto.encrypt(base64.b64encode(packed).decode())


def owners_of_units(payload: bytes) -> Iterator[list[list[Any]]]:
    """Of each unit of a token, in order, its owners: name, ID number, phone, and what is said of the share."""
    packed = base64.b64decode(crypto.decrypt(payload))
    inflate, rest = zlib.decompressobj(), b""
    for start in range(0, len(packed), _CHUNK):
        *lines, rest = (rest + inflate.decompress(packed[start : start + _CHUNK])).split(b"\n")
        for line in lines:
            yield orjson.loads(line)[-1]
