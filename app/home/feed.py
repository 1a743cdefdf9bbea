"""The first screen of the mini-program for one compound: what is open, what is near, what waits for the reader.

One statement finds the sign-in and the reader's own part; the part that all readers share is kept by each process under
the compound's version, which the database raises with every change of what homes show (see its migrations). What a home
was made of is its tag: the version, the number of unread messages, the votes that it asks for, and the next turn that
the time alone brings. So a small statement tells whether a home has changed, without making it. Of those who hold a
role, whose homes count what waits for them, the tag is a digest of the home itself.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from app.core import clock, tags
from app.core.crypto import token_hash
from app.core.db import fetch_one_alone, fetch_text_alone
from app.core.errors import Forbidden
from app.home.rendering import Own, rendered
from app.home.shared import Shared, keep, kept
from app.home.statements import DUTIES, GLANCE, MORE, VISITS, WHOLE
from app.identity.actor import Actor
from app.identity.service import kept_alive, resumed
from app.org.permissions import PERMISSIONS, Act

_ROLES: Final = {
    "reviewers": sorted(PERMISSIONS[Act.REVIEW_WISH]),
    "binders": sorted(PERMISSIONS[Act.DECIDE_BINDING]),
    "judges": sorted(PERMISSIONS[Act.REVIEW_NOTICE]),
}
_SERVE: Final = PERMISSIONS[Act.SEE_HOME]
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


@dataclass(frozen=True)
class Visit:
    """That somebody opens a compound's home, as JSON. `tag` is the same as long as what this actor would see is."""

    tag: str
    body: bytes


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
    hashed, now = token_hash(token), clock.now()
    asked = {"compound_id": compound_id, "token_hash": hashed, "now": now}
    row, of_all = _looked_for(asked)
    actor = resumed(hashed, row, now)
    assert row is not None, "resumed() refuses None"
    assert of_all is not None, "whoever is signed in is shown something"
    duties = _duties(actor, asked) if row.serves else _NO_DUTIES
    own = Own(row.is_owner, orjson.loads(row.buildings), orjson.loads(row.to_cast))
    if not (own.is_owner or own.buildings) and _SERVE.isdisjoint(duties["roles"]):
        raise Forbidden(act=Act.SEE_HOME.value)
    if row.more:
        own = own._replace(**_more(actor, asked))
    body, votes = rendered(compound_id, of_all, own, row.unread, duties), own.votes()
    if row.serves or len(votes) > tags.MOST_VOTES:
        return Visit("whole-" + tags.digest(f"{actor.account_id} {body.decode()}"), body)
    return Visit(tags.tag(of_all.until, compound_id, _made_of(row), votes), body)


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
