"""What a sender has claimed and not begun to send, in a file that outlives it.

A sender that is killed leaves its claims `sending`. What was on the wire may have arrived and stays in doubt; of the
others this file tells the next sender on the machine that they can be given back. It survives the process, not the
machine: after a crash of the machine all of them are in doubt.
"""

import fcntl
import io
import itertools
import mmap
import os
import pickle
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import structlog

from app.core.ids import new_id
from app.notifications.channels import Prepared
from app.notifications.delivery import Claimed

log = structlog.get_logger(__name__)

_BEGUN: Final = struct.Struct("16sd")
_SLOTS: Final = 1024
_RING: Final = _SLOTS * _BEGUN.size
_HEAD: Final = struct.Struct("II")


class Journal:
    """One process's file: a ring of what was begun, then the list of what waited at the last claim."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._path, self._file = _own(folder)
        os.truncate(self._file, _RING)
        self._ring = mmap.mmap(self._file, _RING)
        self._next = itertools.count()
        self._waiting: dict[int, tuple[Prepared, bytes]] = {}

    def waiting(self, prepared: Iterable[Prepared]) -> None:
        """These wait to be sent, and no others. Call it before the commit that claims them."""
        known = self._waiting
        self._waiting = {id(one): known.get(id(one)) or (one, pickle.dumps(one)) for one in prepared}
        content = b"".join([pickled for _, pickled in self._waiting.values()])
        os.pwrite(self._file, _HEAD.pack(len(content), zlib.crc32(content)) + content, _RING)

    def begin(self, message: Claimed) -> None:
        """This one is on the wire from now on."""
        slot = next(self._next) % _SLOTS * _BEGUN.size
        self._ring[slot : slot + _BEGUN.size] = _mark(message)

    def close(self) -> None:
        """Nothing is left to be known."""
        self._path.unlink(missing_ok=True)
        self._ring.close()
        os.close(self._file)


@dataclass(frozen=True)
class LeftBehind:
    """What a dead sender had claimed and not begun.

    Nobody else is told of it meanwhile. After `forget` nobody ever is; if this process dies before, the next one is.
    """

    prepared: Sequence[Prepared]
    _path: Path
    _file: BinaryIO

    def forget(self) -> None:
        """It was given back, and that is on record."""
        self._path.unlink(missing_ok=True)
        self._file.close()


def left_behind(folder: Path) -> list[LeftBehind]:
    """What dead senders left: those that nobody has in hand."""
    found = []
    for path in folder.glob("*.journal"):
        try:
            file = path.open("rb")
        except FileNotFoundError:  # another sender was quicker
            continue
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # its sender lives, or another has it in hand
            file.close()
            continue
        found.append(LeftBehind(_not_begun(file.read()), path, file))
    return found


def _own(folder: Path) -> tuple[Path, int]:
    """A new file that is locked. One that another sender took for a dead one's, before it was locked, is gone again."""
    while True:
        path = folder / f"{new_id()}.journal"
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file).st_nlink:
            return path, file
        os.close(file)


def _not_begun(content: bytes) -> Sequence[Prepared]:
    begun = {content[at : at + _BEGUN.size] for at in range(0, _RING, _BEGUN.size)}
    head, rest = content[_RING : _RING + _HEAD.size], content[_RING + _HEAD.size :]
    if len(head) < _HEAD.size:
        return []
    length, checksum = _HEAD.unpack(head)
    try:
        if zlib.crc32(rest[:length]) != checksum:
            raise ValueError("it was killed while it wrote")
        prepared = list(_unpickled(io.BytesIO(rest[:length]), length))
    except Exception as error:  # of another version: what it held stays in doubt
        log.warning("journal_unreadable", error=type(error).__name__)
        return []
    return [one for one in prepared if _mark(one.message) not in begun]


def _unpickled(stream: io.BytesIO, length: int) -> Iterator[Prepared]:
    while stream.tell() < length:
        yield pickle.load(stream)  # nosec B301  # noqa: S301 our own file, which only we can write


def _mark(message: Claimed) -> bytes:
    claimed_at: datetime = message.claimed_at
    return _BEGUN.pack(message.id.bytes, claimed_at.timestamp())
