"""The first screen of the mini-program for one compound: what is open, what is near, what waits for the reader.

Two statements: a stamp, which says cheaply whether anything changed since the reader asked last, and the whole home.
`home_version` is raised by the database with every change of what the home shows (see its migration). What the time
alone changes is seen within STEP_S.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from app.core import clock
from app.core.db import HotStatement, fetch_one_alone, sql_text
from app.core.errors import Forbidden, NotFound
from app.home.to_dos import ToDo, to_dos
from app.identity.actor import Actor
from app.meetings.states import STATE_TEXT
from app.meetings.voices import HOLDS, SPEAKS
from app.org.permissions import PERMISSIONS, Act
from app.wishes.models import WishCategory

STEP_S: Final = 30
_APP = Path(__file__).parent.parent
_PARTS = {
    "meetings": sql_text(_APP / "meetings" / "home.sql").replace("{speaks}", SPEAKS).replace("{holds}", HOLDS),
    "wishes": sql_text(_APP / "wishes" / "home.sql"),
    "activities": sql_text(_APP / "volunteering" / "home.sql"),
    "wishes_to_do": sql_text(_APP / "wishes" / "to_dos.sql"),
}


def _whole() -> HotStatement:
    text = sql_text(_APP / "home" / "feed.sql")
    for name, part in _PARTS.items():
        text = text.replace("{" + name + "}", part)
    return HotStatement.of(text)


_FEED = _whole()
_STAMP = HotStatement.of(sql_text(_APP / "home" / "stamp.sql"))
_REVIEWERS = sorted(PERMISSIONS[Act.REVIEW_WISH])
_BINDERS = sorted(PERMISSIONS[Act.DECIDE_BINDING])
_SERVE = PERMISSIONS[Act.SEE_WISHES]


@dataclass(frozen=True)
class Home:
    """What the first screen shows. `unread`: messages of this compound that the actor has not read."""

    compound_id: UUID
    compound: str
    unread: int
    to_dos: Sequence[ToDo]
    meetings: Sequence[Mapping[str, Any]]
    wishes: Sequence[Mapping[str, Any]]
    activities: Sequence[Mapping[str, Any]]


def stamp(actor: Actor, compound_id: UUID) -> str:
    """A short text that is the same as long as the actor's home of the compound is."""
    now = clock.now()
    row = fetch_one_alone(_STAMP, {"compound_id": compound_id, "account_id": actor.account_id})
    told = repr((compound_id, actor.account_id, int(now.timestamp()) // STEP_S, row))
    return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def home(actor: Actor, compound_id: UUID) -> Home:
    """The actor's home of a compound, for its residents and for those who serve it. Raises NotFound and Forbidden."""
    found = _found(actor, compound_id, clock.now())
    if found["compound"] is None:
        raise NotFound
    if not found["resident"] and _SERVE.isdisjoint(found["roles"]):
        raise Forbidden
    return Home(
        compound_id=compound_id,
        compound=found["compound"],
        unread=found["unread"],
        to_dos=to_dos(found),
        meetings=[_meeting(one) for one in found["meetings"]],
        wishes=[_wish(one) for one in found["wishes"]],
        activities=found["activities"],
    )


def _found(actor: Actor, compound_id: UUID, now: datetime) -> Mapping[str, Any]:
    parameters = {
        "compound_id": compound_id,
        "account_id": actor.account_id,
        "now": now,
        "reviewers": _REVIEWERS,
        "binders": _BINDERS,
    }
    row = fetch_one_alone(_FEED, parameters)
    assert row is not None, "a SELECT without FROM gives a row"
    found: Mapping[str, Any] = row[0]
    return found


def _meeting(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "state_text": STATE_TEXT[found["state"]]}


def _wish(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "category_text": WishCategory(found["category"]).chinese}
