"""The first screen of the mini-program for one compound: what is open, what is near, what waits for the reader.

Two statements: the sign-in with a stamp, which says cheaply whether anything changed since the reader asked last; and
the whole home. The database raises `home_version` with every change of what the home shows (see its migration). What
the time alone changes is seen within STEP_S.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from app.core import clock
from app.core.crypto import token_hash
from app.core.db import HotStatement, fetch_one_alone, sql_text
from app.core.errors import Forbidden, NotFound
from app.home.to_dos import ToDo, to_dos
from app.identity.actor import Actor
from app.identity.service import resumed
from app.meetings.states import STATE_TEXT
from app.meetings.voices import HOLDS, SPEAKS
from app.noticeboard.models import Colour
from app.org.permissions import PERMISSIONS, Act
from app.wishes.models import WishCategory

STEP_S: Final = 30
_APP = Path(__file__).parent.parent
_PARTS = {
    "meetings": sql_text(_APP / "meetings" / "home.sql").replace("{speaks}", SPEAKS).replace("{holds}", HOLDS),
    "wishes": sql_text(_APP / "wishes" / "home.sql"),
    "activities": sql_text(_APP / "volunteering" / "home.sql"),
    "notices": sql_text(_APP / "noticeboard" / "home.sql"),
    "notices_to_do": sql_text(_APP / "noticeboard" / "to_dos.sql"),
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
_JUDGES = sorted(PERMISSIONS[Act.REVIEW_NOTICE])
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
    notices: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Visit:
    """That somebody opens a compound's home. `stamp` is the same as long as what this actor would see is."""

    actor: Actor
    stamp: str


def visit(token: str, compound_id: UUID) -> Visit:
    """Who comes with a bearer token, and the stamp of the home. Raises Unauthenticated."""
    hashed, now = token_hash(token), clock.now()
    row = fetch_one_alone(_STAMP, {"compound_id": compound_id, "token_hash": hashed, "now": now})
    actor = resumed(hashed, row)
    seen = repr((compound_id, actor.account_id, int(now.timestamp()) // STEP_S, row and row[2:]))
    return Visit(actor, hashlib.blake2b(seen.encode(), digest_size=12).hexdigest())


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
        notices=[_notice(one) for one in found["notices"]],
    )


def _found(actor: Actor, compound_id: UUID, now: datetime) -> Mapping[str, Any]:
    parameters = {
        "compound_id": compound_id,
        "account_id": actor.account_id,
        "now": now,
        "reviewers": _REVIEWERS,
        "binders": _BINDERS,
        "judges": _JUDGES,
    }
    row = fetch_one_alone(_FEED, parameters)
    assert row is not None, "a SELECT without FROM gives a row"
    found: Mapping[str, Any] = row[0]
    return found


def _meeting(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "state_text": STATE_TEXT[found["state"]]}


def _wish(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "category_text": WishCategory(found["category"]).chinese}


def _notice(found: Mapping[str, Any]) -> dict[str, Any]:
    return {**found, "colour_text": Colour(found["colour"]).chinese}
