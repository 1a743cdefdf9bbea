"""The first screen of the mini-program for one compound: what is open, what is near, what waits for the reader.

One statement finds the sign-in and the reader's own part; the part that all readers share is kept by each process under
the compound's version, which the database raises with every change of what homes show (see its migrations). What a home
was made of is its tag: the version, the number of unread messages, the votes that it asks for, and the next turn that
the time alone brings. So a small statement tells whether a home has changed, without making it. Of those who hold a
role, whose homes count what waits for them, the tag is a digest of the home itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from app.core import clock, tags
from app.core.crypto import token_hash
from app.core.db import fetch_one_alone, fetch_text_alone
from app.core.errors import Forbidden
from app.home.shared import Shared, keep, kept
from app.home.statements import DUTIES, GLANCE, MORE, VISITS, WHOLE
from app.home.to_dos import ToDo, to_dos
from app.identity.actor import Actor
from app.identity.service import kept_alive, resumed
from app.org.permissions import PERMISSIONS, Act

AT_MOST: Final = 5
"""How many of a kind the home shows."""
_ROLES: Final = {
    "reviewers": sorted(PERMISSIONS[Act.REVIEW_WISH]),
    "binders": sorted(PERMISSIONS[Act.DECIDE_BINDING]),
    "judges": sorted(PERMISSIONS[Act.REVIEW_NOTICE]),
}
_SERVE: Final = PERMISSIONS[Act.SEE_HOME]
_SEE_MEETINGS: Final = PERMISSIONS[Act.SEE_MEETINGS]
_NO_DUTIES: Final[Mapping[str, Any]] = {"roles": [], "to_dos": {}}


class Row(NamedTuple):
    """What visit.sql finds of the reader: votes by meeting; `more`: whether own.sql may find something, too."""

    account_id: UUID
    expires_at: datetime
    version: int | None
    serves: bool
    unread: int
    is_owner: bool
    buildings: str
    to_cast: str
    more: bool


class Own(NamedTuple):
    """The reader's own part of a home: votes as parties by meeting, shifts, and what waits by how many."""

    is_owner: bool
    buildings: Sequence[str] = ()
    to_cast: Mapping[str, Sequence[str]] = MappingProxyType({})
    activities: Sequence[Mapping[str, Any]] = ()
    to_dos: Mapping[str, int] = MappingProxyType({})

    def votes(self) -> list[tuple[str, str]]:
        """The votes as meeting and party."""
        return [(meeting, party) for meeting, parties in self.to_cast.items() for party in parties]


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
    """That somebody opens a compound's home. `tag` stays the same as long as what this actor would see does."""

    tag: str
    home: Home


def unchanged(token: str, compound_id: UUID, seen: Collection[str]) -> str | None:
    """The tag of those `seen` that still is the one of this compound's home; None: it may have changed.

    None as well where there is more to do than to look: no sign-in, one that is due to be renewed, or a role.
    Reads only.
    """
    now = clock.now()
    for text in seen:
        one = tags.read(text, now)
        if one and _stands(one, token, compound_id, now):
            return text
    return None


def _stands(tag: tags.Tag, token: str, compound_id: UUID, now: datetime) -> bool:
    meetings, parties = tag.meetings_and_parties()
    asked = {
        "compound_id": compound_id.hex.encode(),
        "token_hash": b"\\x" + token_hash(token).hex().encode(),
        "kept_alive": kept_alive(now).isoformat().encode(),
        "meeting_ids": meetings.encode(),
        "party_ids": parties.encode(),
    }
    made_of = fetch_text_alone(GLANCE, asked)
    return made_of is not None and tag.is_of(compound_id, made_of.decode())


def visit(token: str, compound_id: UUID) -> Visit:
    """The home of a compound, for its residents and for those who serve it.

    Raises Unauthenticated, NotFound and Forbidden.
    """
    asked = _asked(token, compound_id, clock.now())
    row, of_all = _looked_for(asked)
    actor = resumed(asked["token_hash"], row)
    assert row is not None, "resumed() refuses None"
    assert of_all is not None, "whoever is signed in is shown something"
    duties = _duties(actor, asked) if row.serves else _NO_DUTIES
    own = Own(row.is_owner, orjson.loads(row.buildings), orjson.loads(row.to_cast))
    if not (own.is_owner or own.buildings) and _SERVE.isdisjoint(duties["roles"]):
        raise Forbidden(act=Act.SEE_HOME.value)
    if row.more:
        own = own._replace(**_more(actor, asked))
    home, votes = _home(compound_id, of_all, own, row.unread, duties), own.votes()
    if row.serves or len(votes) > tags.MOST_VOTES:
        return Visit("whole-" + tags.digest(f"{actor.account_id} {home}"), home)
    return Visit(tags.tag(of_all.until, compound_id, _made_of(row), votes), home)


def _made_of(row: Row) -> str:
    """As glance.sql has it."""
    return f"{row.account_id} {'-' if row.version is None else row.version} {row.unread}"


def _looked_for(asked: Mapping[str, Any]) -> tuple[Row | None, Shared | None]:
    """The reader's row, and what all readers of the compound see at that version: kept, or read in the same statement.

    Where it is kept, the reader is not asked for what the compound is known not to have. Raises NotFound.
    """
    known, now = kept.get(asked["compound_id"]), asked["now"]
    if known is not None and known.is_good_at(now):
        found = fetch_one_alone(VISITS[known.left], asked)
        row = Row._make(found) if found else None
        if row is None or row.version == known.version:
            return row, known
    found = fetch_one_alone(WHOLE, asked)
    if found is None:
        return None, None
    row = Row._make(found[: len(Row._fields)])
    return row, keep(asked["compound_id"], row.version, now, found[len(Row._fields) :])


def _asked(token: str, compound_id: UUID, now: datetime) -> Mapping[str, Any]:
    return {"compound_id": compound_id, "token_hash": token_hash(token), "now": now}


def _more(actor: Actor, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of Own that are read only where there is something. What came since the reader's row is newer than the
    version of the tag, so that the next look is told of a change."""
    row = fetch_one_alone(MORE, {**asked, "account_id": actor.account_id})
    assert row is not None, "a SELECT without FROM gives a row"
    found: dict[str, Any] = orjson.loads(row[0])
    return found


def _duties(actor: Actor, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    row = fetch_one_alone(DUTIES, {**asked, **_ROLES, "account_id": actor.account_id})
    assert row is not None, "a SELECT without FROM gives a row"
    found: Mapping[str, Any] = orjson.loads(row[0])
    return found


def _home(compound_id: UUID, of_all: Shared, own: Own, unread: int, duties: Mapping[str, Any]) -> Home:
    parts = of_all.parts()
    meetings = _meetings(parts["meetings"], own, duties["roles"])
    votes = sum(one["to_cast"] > 0 for one in meetings)
    return Home(
        compound_id=compound_id,
        compound=parts["compound"],
        unread=unread,
        to_dos=to_dos({**own.to_dos, **duties["to_dos"], "vote": votes}),
        meetings=meetings,
        wishes=_nearest(parts["wishes"], own.buildings),
        activities=_own_first(parts["activities"], own.activities),
        notices=parts["notices"],
    )


def _meetings(shown: Sequence[Mapping[str, Any]], own: Own, roles: Collection[str]) -> list[dict[str, Any]]:
    """Those that the reader may open: all for owners and who runs meetings, to others those where they hold a vote."""
    to_cast, all_of_them = own.to_cast, own.is_owner or not _SEE_MEETINGS.isdisjoint(roles)
    return [
        {**one, "to_cast": len(to_cast.get(one["id"], ()))} for one in shown if all_of_them or to_cast.get(one["id"])
    ]


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
