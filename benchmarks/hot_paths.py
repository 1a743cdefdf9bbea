"""The hot paths of the product, asked of a made city by people who live there: what is sent, and what it needs first.

People are drawn from as many compounds as there are, and each has a sign-in of the own. What was cast, claimed and
booked is taken back afterwards, so that a city may be measured again.
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from app.core import clock
from app.core.db import sql_text
from benchmarks import load

READS: Final = ("home", "meeting", "turnout")
WRITES: Final = ("first look", "cast", "claim", "book")
"""That somebody has looked at a meeting is recorded."""
_SQL: Final = Path(__file__).parent / "drawn"
_TAKE_BACK: Final = (_SQL / "take_back.sql").read_text()
_SIGNED_IN: Final = sql_text(_SQL / "signed_in.sql")
_LOOKED: Final = sql_text(_SQL / "looked.sql")


@dataclass(frozen=True)
class Request:
    """One request of one person; without a body it is a GET."""

    path: str
    token: str
    body: Any = None
    status: int = 200
    """What the answer must be."""

    def rendered(self, etag: str | None = None) -> bytes:
        """The bytes to send; of a GET, with the tag of an earlier answer if there is one."""
        if self.body is None:
            return load.get(self.path, self.token, etag)
        return load.post(self.path, json.dumps(self.body).encode(), self.token)

    def opened(self) -> bytes | None:
        """What the phone has asked for before, if one request is enough to tell: who votes has opened the meeting."""
        screen, _, act = self.path.rpartition("/")
        return load.get(screen, self.token) if act == "ballots" else None


def _home(row: Any) -> Request:
    return Request(f"/api/v1/compounds/{row[1]}/home", row[0])


def _meeting(row: Any) -> Request:
    return Request(f"/api/v1/compounds/{row[1]}/meetings/{row[2]}", row[0])


def _turnout(row: Any) -> Request:
    return Request(f"/api/v1/compounds/{row[1]}/meetings/{row[2]}/turnout", row[0])


def _cast(row: Any) -> Request:
    token, compound, meeting, party, motions = row
    body = {"party_id": str(party), "choices": {str(motion): "for" for motion in motions}}
    return Request(f"/api/v1/compounds/{compound}/meetings/{meeting}/ballots", token, body, 201)


def _claim(row: Any) -> Request:
    return Request(f"/api/v1/compounds/{row[1]}/wishes/{row[2]}/claim", row[0], {}, 201)


def _book(row: Any) -> Request:
    return Request(f"/api/v1/compounds/{row[1]}/slots/{row[2]}/booking", row[0], {}, 201)


_MADE: Final[dict[str, tuple[str, Callable[[Any], Request]]]] = {
    "home": ("readers", _home),
    "meeting": ("readers", _meeting),
    "turnout": ("readers", _turnout),
    "first look": ("voters", _meeting),
    "cast": ("voters", _cast),
    "claim": ("claimants", _claim),
    "book": ("guests", _book),
}


def requests(
    connection: "psycopg.Connection[Any]", what: str, number: int, compounds: int | None = None
) -> list[Request]:
    """At most so many requests of a path, each of another person, in no order; their sign-ins are made.

    `compounds`: of so many at the most what is read is drawn from; otherwise of as many as there are.
    """
    file, made = _MADE[what]
    drawn = sql_text(_SQL / f"{file}.sql", signed_in=_SIGNED_IN, looked=_LOOKED if what == "meeting" else "")
    asked = {"number": number, "compounds": compounds or number, "now": clock.now()}
    rows = psycopg.ClientCursor(connection).execute(drawn, asked).fetchall()
    random.Random(number).shuffle(rows)
    return [made(row) for row in rows[:number]]


@contextmanager
def taken_back(connection: "psycopg.Connection[Any]") -> Iterator[None]:
    """Take back what is cast, claimed and booked during the block."""
    since = clock.now()
    try:
        yield
    finally:
        psycopg.ClientCursor(connection).execute(_TAKE_BACK, {"since": since})
        connection.commit()
