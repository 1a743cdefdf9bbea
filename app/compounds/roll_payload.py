"""Units of a checked roll while they wait to be imported: lines of JSON, compressed, in one encrypted value."""

import base64
import zlib
from collections.abc import Iterator

import orjson

from app.compounds.roll_units import RollUnit
from app.core import crypto

_LINES = 500
_CHUNK = 1 << 16


class PackedUnits:
    """Takes units one by one and never holds them all."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(level=3)
        self._lines: list[bytes] = []
        self._parts: list[bytes] = []

    def add(self, unit: RollUnit) -> None:
        """Append a unit."""
        self._lines.append(orjson.dumps(unit.to_json()))
        if len(self._lines) == _LINES:
            self._compress()

    def encrypted(self) -> bytes:
        """The token over everything that was added; the last call."""
        self._compress()
        self._parts.append(self._deflate.flush())
        return crypto.encrypt(base64.b64encode(b"".join(self._parts)).decode())

    def _compress(self) -> None:
        if self._lines:
            self._parts.append(self._deflate.compress(b"\n".join([*self._lines, b""])))
            self._lines.clear()


def unpacked(payload: bytes) -> Iterator[RollUnit]:
    """The units of a token, in order."""
    packed = base64.b64decode(crypto.decrypt(payload))
    inflate, rest = zlib.decompressobj(), b""
    for start in range(0, len(packed), _CHUNK):
        *lines, rest = (rest + inflate.decompress(packed[start : start + _CHUNK])).split(b"\n")
        for line in lines:
            yield RollUnit.from_json(orjson.loads(line))
