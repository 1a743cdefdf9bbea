"""The tag of a page that one reader sees, its ETag: what the page was made of, and until when the time leaves it so.

A home's tag also holds the votes that it asks for. A tag is good as long as its moment has not come, none of its votes
was cast, and the rest that the page would be made of now is the same. It is kept nowhere: what it says of moment and
votes is believed, since its digest holds both, under a key. Nobody learns by a made-up tag who has voted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from app.core.crypto import quick_mac

MOST_VOTES: Final = 4
"""A tag of more would be too long a header."""
_TAG = re.compile(rf"([0-9a-f]{{1,16}})-((?:[0-9a-f]{{64}}){{0,{MOST_VOTES}}})-[0-9a-f]{{24}}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Tag:
    """A tag as its text, its moment in microseconds since 1970, and its votes: meetings and parties in turn, in hex."""

    text: str
    until: int
    votes: str

    def is_of(self, page_id: UUID, made_of: str) -> bool:
        """Whether it is the tag of a page that is made of this."""
        return self.text == _text(self.until, self.votes, page_id, made_of)

    def meetings_and_parties(self) -> tuple[str, str]:
        """The votes' meetings, and their parties, as arrays that PostgreSQL reads."""
        halves = [self.votes[start : start + 32] for start in range(0, len(self.votes), 32)]
        return "{" + ",".join(halves[::2]) + "}", "{" + ",".join(halves[1::2]) + "}"


def tag(until: datetime, page_id: UUID, made_of: str, votes: Sequence[tuple[str, str]] = ()) -> str:
    """The tag of a page that is made of this, and that the time leaves as it is until then.

    `page_id`: whose page it is, as the compound whose home or the meeting; `votes`: those that a home asks for, as
    meeting and party.
    """
    listed = "".join(UUID(one).hex for vote in votes for one in vote)
    return _text((until - _EPOCH) // _UNIT, listed, page_id, made_of)


def read(text: str, now: datetime) -> Tag | None:
    """The tag, if it is one whose moment has not come."""
    found = _TAG.fullmatch(text)
    if found is None or int(found[1], 16) <= (now - _EPOCH) // _UNIT:
        return None
    return Tag(text, int(found[1], 16), found[2])


def digest(made_of: str) -> str:
    """24 characters that are the same for the same, and that nobody else can make."""
    return quick_mac("tag", made_of).hex()


def _text(until: int, votes: str, page_id: UUID, made_of: str) -> str:
    known = f"{until:x}-{votes}-"
    return known + digest(f"{known}{page_id.hex} {made_of}")
