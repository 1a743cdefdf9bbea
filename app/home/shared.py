"""What all readers of a compound's home see, kept by each process as long as it is the same."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.db import fetch_one_alone
from app.core.errors import NotFound
from app.home.statements import SHARED, Left
from app.meetings.states import STATE_TEXT
from app.noticeboard.models import Colour
from app.wishes.models import WishCategory

COMPOUNDS_KEPT: Final = 256
"""Of how many compounds a process keeps the shared part; some 50 kB each."""


@dataclass(frozen=True)
class Shared:
    """What a compound shows to all its readers, and what it is good for: a version, from one moment up to another.

    `left` is good for the version at any moment since.
    """

    version: int | None
    since: datetime
    until: datetime
    parts: Mapping[str, Any]
    left: Left

    def good_for(self, version: int | None, now: datetime) -> bool:
        """Whether this is what a reader is to see who saw this version at this moment."""
        return self.version == version and self.since <= now < self.until


_kept: OrderedDict[UUID, Shared] = OrderedDict()
_lock = Lock()


def shared(compound_id: UUID, version: int | None, now: datetime) -> Shared:
    """What is shown to all readers at a moment, at least as new as the version. Raises NotFound.

    It is read after the version was: it may be newer than that, never older.
    """
    kept = last(compound_id)
    if kept is None or not kept.good_for(version, now):
        kept = _read(compound_id, version, now)
        with _lock:
            _kept[compound_id] = kept
            if len(_kept) > COMPOUNDS_KEPT:
                _kept.popitem(last=False)
    return kept


def last(compound_id: UUID) -> Shared | None:
    """What was shown last, whatever it is good for."""
    with _lock:
        kept = _kept.get(compound_id)
        if kept is not None:
            _kept.move_to_end(compound_id)
    return kept


def forget() -> None:
    """Read everything anew from now on."""
    with _lock:
        _kept.clear()


def _read(compound_id: UUID, version: int | None, now: datetime) -> Shared:
    row = fetch_one_alone(SHARED, {"compound_id": compound_id, "now": now})
    if row is None:
        raise NotFound
    parts: dict[str, Any] = orjson.loads(row[0])
    for one in parts["meetings"]:
        one["state_text"] = STATE_TEXT[one["state"]]
    for one in parts["wishes"]:
        one["category_text"] = WishCategory(one["category"]).chinese
    for one in parts["notices"]:
        one["colour_text"] = Colour(one["colour"]).chinese
    return Shared(version, now, row[1], parts, Left._make(row[2:]))
