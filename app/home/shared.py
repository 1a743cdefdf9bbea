"""What all readers of a compound's home see, kept by each process as long as it is the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from app.core.errors import NotFound
from app.core.recent import Recent
from app.home.statements import Left
from app.meetings.states import STATE_TEXT
from app.noticeboard.models import Colour
from app.wishes.models import WishCategory

COMPOUNDS_KEPT: Final = 4096
"""Of how many compounds a process keeps the shared part, as text of some 2 kB: a city's."""


@dataclass(frozen=True)
class Shared:
    """What a compound shows to all its readers, and what it is good for: a version, from one moment up to another.

    `left` is good for the version at any moment since.
    """

    version: int | None
    since: datetime
    until: datetime
    text: bytes
    left: Left

    def is_good_at(self, now: datetime) -> bool:
        """Whether this is what readers see at this moment, if the version is still the same."""
        return self.since <= now < self.until

    def parts(self) -> Mapping[str, Any]:
        """What is shown, of its own for each reader."""
        shown: Mapping[str, Any] = orjson.loads(self.text)
        return shown


kept: Final[Recent[UUID, Shared]] = Recent(COMPOUNDS_KEPT)
"""What was shown last of each compound, whatever it is good for."""


def keep(compound_id: UUID, version: int | None, now: datetime, row: Sequence[Any]) -> Shared:
    """Keep what one statement found at a moment: the version, and a row of shared.sql. Raises NotFound."""
    text, until, *left = row
    if text is None:
        raise NotFound
    return kept.put(compound_id, Shared(version, now, until, _in_words(text), Left._make(left)))


def _in_words(text: str) -> bytes:
    parts: dict[str, Any] = orjson.loads(text)
    for one in parts["meetings"]:
        one["state_text"] = STATE_TEXT[one["state"]]
    for one in parts["wishes"]:
        one["category_text"] = WishCategory(one["category"]).chinese
    for one in parts["notices"]:
        one["colour_text"] = Colour(one["colour"]).chinese
    return orjson.dumps(parts)
