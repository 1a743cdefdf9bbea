"""What all readers of a compound's home see, kept by each process as long as it is the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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

    `left` is good for the version and these moments, too. `ends`: how it is rendered for owners who have nothing of the
    own in it, by the buildings of theirs that it tells of.
    """

    version: int | None
    since: datetime
    until: datetime
    compound: str
    text: bytes
    left: Left
    ends: dict[tuple[str, ...], bytes] = field(default_factory=dict)

    def is_good_at(self, now: datetime) -> bool:
        """Whether this is what readers see at this moment, if the version is still the same."""
        return self.since <= now < self.until

    def tells_of(self, building_id: str) -> bool:
        """Whether a wish of the building may be shown."""
        return building_id.encode() in self.text

    def keep_end(self, near: tuple[str, ...], end: bytes) -> bytes:
        """Keep how it is rendered, in place of others where there are many; what is kept."""
        if len(self.ends) >= ENDS_KEPT:
            self.ends.clear()
        return self.ends.setdefault(near, end)

    def parts(self) -> Mapping[str, Any]:
        """What is shown, of its own for each reader."""
        shown: Mapping[str, Any] = orjson.loads(self.text)
        return shown


ENDS_KEPT: Final = 8
"""Of how many sets of buildings of a compound a rendering of some 1 kB is kept."""
kept: Final[Recent[UUID, Shared]] = Recent(COMPOUNDS_KEPT)
"""What was shown last of each compound, whatever it is good for."""


def keep(compound_id: UUID, version: int | None, now: datetime, row: Sequence[Any]) -> Shared:
    """Keep what one statement found at a moment: the version, and a row of shared.sql. Raises NotFound."""
    text, until, *left = row
    if text is None:
        raise NotFound
    parts = _in_words(orjson.loads(text))
    return kept.put(
        compound_id, Shared(version, now, until, parts.pop("compound"), orjson.dumps(parts), Left._make(left))
    )


def _in_words(parts: dict[str, Any]) -> dict[str, Any]:
    for one in parts["meetings"]:
        one["state_text"] = STATE_TEXT[one["state"]]
    for one in parts["wishes"]:
        one["category_text"] = WishCategory(one["category"]).chinese
    for one in parts["notices"]:
        one["colour_text"] = Colour(one["colour"]).chinese
    return parts
