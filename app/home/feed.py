"""The first screen of the mini-program for one compound: what is open, what is near, what waits for the reader.

One statement finds the sign-in, a stamp that says cheaply whether anything changed since the reader asked last, and
the reader's own part. The part that all readers share is kept by each process under the compound's version, which the
database raises with every change of what the home shows (see its migration): it is never older than the version that
the reader's own statement saw. What the time alone changes is seen within STEP_S.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

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
AT_MOST: Final = 5
"""How many of a kind the home shows."""
COMPOUNDS_KEPT: Final = 256
"""Of how many compounds a process keeps the shared part; some 50 kB each."""
_APP = Path(__file__).parent.parent


def _filled(text: str, parts: Mapping[str, str]) -> str:
    for place, part in parts.items():
        text = text.replace("{" + place + "}", part)
    return text


def _text(*path: str) -> str:
    return sql_text(_APP.joinpath(*path))


def _visit(own: str) -> HotStatement:
    """The statement of a visit, which finds by its token whose it is."""
    text = _filled(_text("home", "visit.sql"), {"own": own})
    return HotStatement.of(text.replace("%(account_id)s", "(SELECT account_id FROM me)"))


_OWN_PARTS = {
    "to_cast": _text("meetings", "to_cast.sql").replace("{speaks}", SPEAKS).replace("{holds}", HOLDS),
    "activities": _text("volunteering", "own.sql"),
    "notices_to_do": _text("noticeboard", "to_dos.sql"),
    "wishes_to_do": _text("wishes", "to_dos.sql"),
}
_SHARED_PARTS = {
    "meetings": _text("meetings", "home.sql"),
    "wishes": _text("wishes", "home.sql"),
    "activities": _text("volunteering", "home.sql"),
    "notices": _text("noticeboard", "home.sql"),
}
_STAMP = _visit("")
_WHOLE = _visit(_filled(_text("home", "own.sql"), _OWN_PARTS))
_SHARED = HotStatement.of(_filled(_text("home", "shared.sql"), _SHARED_PARTS))
_DUTIES = HotStatement.of(_filled(_text("home", "duties.sql"), {"notices": _text("noticeboard", "duties.sql")}))
_REVIEWERS = sorted(PERMISSIONS[Act.REVIEW_WISH])
_BINDERS = sorted(PERMISSIONS[Act.DECIDE_BINDING])
_JUDGES = sorted(PERMISSIONS[Act.REVIEW_NOTICE])
_SERVE = PERMISSIONS[Act.SEE_WISHES]
_NO_DUTIES: Final[Mapping[str, Any]] = {"roles": [], "to_dos": {}}


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
    """That somebody opens a compound's home. `stamp` is the same as long as what this actor would see is.

    `home`: None where the visitor has it already.
    """

    stamp: str
    home: Home | None


def visit(token: str, compound_id: UUID, seen: Collection[str] = ()) -> Visit:
    """The home of a compound, for its residents and for those who serve it, unless its stamp is among those `seen`.

    Raises Unauthenticated, NotFound and Forbidden.
    """
    hashed, now = token_hash(token), clock.now()
    asked = {"compound_id": compound_id, "token_hash": hashed, "now": now}
    step = int(now.timestamp()) // STEP_S
    if seen:
        row = fetch_one_alone(_STAMP, asked)
        stamp = _stamp(resumed(hashed, row), compound_id, step, row)
        if stamp in seen:
            return Visit(stamp, None)
    row = fetch_one_alone(_WHOLE, asked)
    actor = resumed(hashed, row)
    assert row is not None, "resumed() refuses None"
    return Visit(_stamp(actor, compound_id, step, row), _home(actor, asked, step, row))


def _stamp(actor: Actor, compound_id: UUID, step: int, row: Sequence[Any] | None) -> str:
    depends_on = repr((compound_id, actor.account_id, step, row and row[2:7]))
    return hashlib.blake2b(depends_on.encode(), digest_size=12).hexdigest()


def _home(actor: Actor, asked: Mapping[str, Any], step: int, row: Sequence[Any]) -> Home:
    _, _, version, _, _, _, appointments, own_text = row
    compound_id = asked["compound_id"]
    shared, own = _shared(compound_id, version, step), orjson.loads(own_text)
    duties = _duties(actor, asked) if appointments else _NO_DUTIES
    if not own["resident"] and _SERVE.isdisjoint(duties["roles"]):
        raise Forbidden
    meetings = [{**one, "to_cast": own["to_cast"].get(one["id"], 0)} for one in shared["meetings"]]
    votes = sum(one["to_cast"] > 0 for one in meetings)
    return Home(
        compound_id=compound_id,
        compound=shared["compound"],
        unread=own["unread"],
        to_dos=to_dos({**own["to_dos"], **duties["to_dos"], "vote": votes}),
        meetings=meetings,
        wishes=_nearest(shared["wishes"], own["buildings"]),
        activities=_own_first(shared["activities"], own["activities"]),
        notices=shared["notices"],
    )


@lru_cache(maxsize=COMPOUNDS_KEPT)
def _shared(compound_id: UUID, version: int | None, step: int) -> Mapping[str, Any]:
    """What all readers of a compound's home see while its version and the step last. Raises NotFound.

    Read after the version was: it may be newer than its key, never older.
    """
    row = fetch_one_alone(_SHARED, {"compound_id": compound_id, "now": clock.now()})
    if row is None:
        raise NotFound
    found: dict[str, Any] = orjson.loads(row[0])
    for one in found["meetings"]:
        one["state_text"] = STATE_TEXT[one["state"]]
    for one in found["wishes"]:
        one["category_text"] = WishCategory(one["category"]).chinese
    for one in found["notices"]:
        one["colour_text"] = Colour(one["colour"]).chinese
    return found


def _duties(actor: Actor, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    roles = {"reviewers": _REVIEWERS, "binders": _BINDERS, "judges": _JUDGES}
    row = fetch_one_alone(_DUTIES, {**asked, **roles, "account_id": actor.account_id})
    assert row is not None, "a SELECT without FROM gives a row"
    found: Mapping[str, Any] = orjson.loads(row[0])
    return found


def _nearest(wishes: Sequence[Mapping[str, Any]], buildings: Collection[str]) -> list[dict[str, Any]]:
    """Those of the reader's own buildings first, then the newest; they come with the newest first."""
    near = [one for one in wishes if one["building_id"] in buildings][:AT_MOST]
    others = [one for one in wishes if one["building_id"] not in buildings][: AT_MOST - len(near)]
    return [_wish(one, near=True) for one in near] + [_wish(one, near=False) for one in others]


def _wish(shared: Mapping[str, Any], near: bool) -> dict[str, Any]:
    shown = {**shared, "near": near}
    del shown["building_id"]
    return shown


def _own_first(free: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    ids = {one["id"] for one in own}
    return [*own, *(one for one in free if one["id"] not in ids)][:AT_MOST]
