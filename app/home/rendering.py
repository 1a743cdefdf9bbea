"""A home as JSON, made of what all readers of the compound share and of the reader's own."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from app.home.shared import Shared
from app.home.to_dos import to_dos
from app.org.permissions import PERMISSIONS, Act

AT_MOST: Final = 5
"""How many of a kind the home shows."""
_SEE_MEETINGS: Final = PERMISSIONS[Act.SEE_MEETINGS]


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


def rendered(compound_id: UUID, of_all: Shared, own: Own, unread: int, duties: Mapping[str, Any]) -> bytes:
    """The home as JSON. `unread`: messages of this compound that the reader has not read.

    To owners who have neither votes nor shifts all but the beginning shows the same, if they live in the same buildings
    of those that have wishes: it is kept for the next of them.
    """
    if own.is_owner and not own.activities and not any(own.to_cast.values()):
        near = tuple(one for one in own.buildings if of_all.tells_of(one))
        votes, end = 0, of_all.ends.get(near) or of_all.keep_end(near, _end(of_all, Own(True, near), ())[1])
    else:
        votes, end = _end(of_all, own, duties["roles"])
    waits = to_dos({**own.to_dos, **duties["to_dos"], "vote": votes})
    begin = {"compound_id": compound_id, "compound": of_all.compound, "unread": unread, "to_dos": waits}
    return b"%b,%b" % (orjson.dumps(begin)[:-1], end)


def _end(of_all: Shared, own: Own, roles: Collection[str]) -> tuple[int, bytes]:
    """In how many meetings the reader is to vote, and what comes after the to-dos."""
    parts = of_all.parts()
    meetings = _meetings(parts["meetings"], own, roles)
    end = {
        "meetings": meetings,
        "wishes": _nearest(parts["wishes"], own.buildings),
        "activities": _own_first(parts["activities"], own.activities),
        "notices": parts["notices"],
    }
    return sum(one["to_cast"] > 0 for one in meetings), orjson.dumps(end)[1:]


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
