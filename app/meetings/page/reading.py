"""A meeting's page for the owner who is signed in with a token, in one statement where the process knows the meeting.

`queries.get_meeting` knows the cases that are not answered here.

What all owners see is kept by each process, rendered, under the compound's version, which the reader's statement sees
in the same round trip, and the meeting's state: whatever changes either makes it unreachable. Where it is not kept a
statement of its own reads it, and it goes on for a later version if the meeting's row is the same. With it is kept
whether anybody there has a guardian; and once a meeting is counted, how many ballots stand.

The plain case alone is answered: an owner who votes by no mandate, whose parties are the owner's own, and whose look at
them is on record as the first one was; one who runs or supervises meetings, as long as this one shows those no more.
What was cast shows to those to whom `may_read.sql` shows it: to who cast it, and to a co-owner from the beginning who
still owns the home.

Its tag is made of the account, the compound's version, which rises with all that homes show of a meeting, and with it
all that its page does, and the number of ballots that stand.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import orjson

from app.core import clock, tags
from app.core.crypto import token_hash
from app.core.db import fetch_one_alone, fetch_text_alone
from app.core.errors import AppError
from app.identity.service import kept_alive
from app.meetings import changing, standing, views
from app.meetings.delivery.records import items_shown
from app.meetings.models import Ballot, Meeting, MeetingState, VotingParty
from app.meetings.page.shared import Ballots, Shared, keep, kept, renewed, seen_by_all
from app.meetings.page.statements import GLANCE, GLANCE_ONCE_COUNTED, of
from app.meetings.turnout import beside_quorum
from app.meetings.views import PartyView

_LONGEST: Final = timedelta(days=1)
"""A tag is good for no longer, whatever the time is to bring."""
_TRIES: Final = 3
"""How often a reader's own part is asked for, where each time a version came meanwhile; then it is the route's."""
_BYTES: Final = ("leaf_hash", "nonce", "receipt_signature", "replaces_leaf_hash")


@dataclass(frozen=True)
class Page:
    """A meeting's page as JSON, and the tag that stays the same as long as the reader would see the same."""

    body: bytes
    tag: str


def unchanged(token: str, compound_id: UUID, meeting_id: UUID, seen: Collection[str]) -> str | None:
    """The tag of those `seen` that still is the one of this meeting's page; None: it may have changed. Reads only."""
    now = clock.now()
    known = [one for text in seen if (one := tags.read(text, now))]
    made_of = _made_of_now(token, compound_id, meeting_id, now) if known else None
    if made_of is None:
        return None
    return next((one.text for one in known if one.is_of(meeting_id, made_of)), None)


def _made_of_now(token: str, compound_id: UUID, meeting_id: UUID, now: datetime) -> str | None:
    """What the reader's page is made of; None where there is more to do than to look."""
    asked = {
        "compound_id": compound_id.hex.encode(),
        "meeting_id": meeting_id.hex.encode(),
        "token_hash": b"\\x" + token_hash(token).hex().encode(),
        "kept_alive": kept_alive(now).isoformat().encode(),
    }
    shared = kept.get((compound_id, meeting_id))
    if shared and shared.ballots:
        found = fetch_text_alone(GLANCE_ONCE_COUNTED, asked)
        return f"{found.decode()} {shared.ballots.standing}" if found else None
    found = fetch_text_alone(GLANCE, asked)
    return found.decode() if found else None


class Own(NamedTuple):
    """What a reader is shown besides what all see: the own part as JSON, and the ballots where they are counted."""

    account_id: UUID
    version: int | None
    standing: int | None
    persons: int | None
    area_centi: int | None
    part: str

    @property
    def ballots(self) -> Ballots:
        """Where they were counted."""
        return Ballots(self.standing or 0, self.persons or 0, self.area_centi or 0)


def page_at_once(token: str, compound_id: UUID, meeting_id: UUID) -> Page | None:
    """The page; None: there is more to do than to look, or nothing may be seen. Reads only."""
    now = clock.now()
    key = {"compound_id": compound_id, "meeting_id": meeting_id}
    found = _found({**key, "token_hash": token_hash(token), "kept_alive": kept_alive(now), "now": now})
    if found is None:
        return None
    own, shared = found
    shown = orjson.loads(own.part)
    parties = _parties(shared.meeting, shared.state, shown)
    if parties is None:
        return None
    ballots = shared.ballots or own.ballots
    beside = beside_quorum(
        shared.meeting.electorate_persons, shared.meeting.electorate_area_centi, ballots.persons, ballots.area_centi
    )
    version = "-" if own.version is None else own.version
    made_of = f"{own.account_id} {version} {ballots.standing}"  # as glance.sql has it
    tag = tags.tag(_until(shared.meeting, shown["turn"], now), meeting_id, made_of)
    return Page(shared.page(parties, beside), tag)


def _found(asked: Mapping[str, Any]) -> tuple[Own, Shared] | None:
    """The reader's own part, and what all see as of the same version of the compound.

    What all see is frozen or raises the version, and what changes without it is in the own part: so both are of its
    moment.
    """
    shared = seen_by_all(asked["compound_id"], asked["meeting_id"], asked["now"])
    for _ in range(_TRIES):
        if shared is None:
            return None
        left = shared.left
        found = fetch_one_alone(of(left), asked)
        if found is None:
            return None
        own = Own(*found)
        if own.version != shared.version:
            shared = renewed(shared, asked["now"])
        if shared and own.version == shared.version and left == shared.left:
            keep(shared)
            return own, shared
    return None


def _parties(meeting: Meeting, state: MeetingState, own: Mapping[str, Any]) -> list[PartyView] | None:
    """The reader's parties in their order; None where one is not plain, or is seen for the first time."""
    items = set(items_shown(state))
    holders = sorted(own["holders"], key=lambda holder: holder["number"])
    shown = []
    for _, of_party in groupby(holders, key=lambda holder: holder["number"]):
        mine = list(of_party)
        view = _party(meeting, state, mine)
        if view is None or (views.delivers(view) and not items <= set(mine[0]["opened"] or ())):
            return None
        shown.append(view)
    bought = set(own["homes"] or ()) - {view.id for view in shown}
    return None if bought and state is MeetingState.VOTING else shown


def _party(meeting: Meeting, state: MeetingState, holders: Sequence[Mapping[str, Any]]) -> PartyView | None:
    """A party in which these owners are the reader's; None where it takes more than these to tell how it stands."""
    speaking = [holder for holder in holders if holder["speaks"]]
    if not speaking:
        return None
    party, ballot = holders[0], _ballot(holders[0])
    if ballot and not any(_cast_or_saw(holder, ballot) for holder in holders):
        return None
    if ballot and state is MeetingState.VOTING and changing.allowed(meeting):
        return None
    return views.view_of_party(
        meeting,
        cast("VotingParty", SimpleNamespace(**party)),
        party["doors"],
        ballot,
        paper_received_at=clock.moment_of(party["paper_received_at"]),
        refused=_hindrance(speaking),
    )


def _hindrance(speaking: Sequence[Mapping[str, Any]]) -> AppError | None:
    """As `standing.hindrance`, for somebody who speaks for these owners of a party and holds no mandate for it."""
    if any(one["holds"] and not one["delegate_votes"] and not one["paper_votes"] for one in speaking):
        return None
    return standing.held_back(
        on_paper=any(one["paper_votes"] for one in speaking), divided=not any(one["holds"] for one in speaking)
    )


def _cast_or_saw(holder: Mapping[str, Any], ballot: Ballot) -> bool:
    """Whether this owner cast the party's ballot, or was in it from the beginning and has all its homes still."""
    return bool(holder["owner_id"] == ballot.owner_id or (holder["holds"] and not holder["joined"]))


def _ballot(holder: Mapping[str, Any]) -> Ballot | None:
    """The party's ballot, to be read as a row is: to make one takes SQLAlchemy a fifth of the whole page's time."""
    found = holder["ballot"]
    if found is None:
        return None
    raw = {name: bytes.fromhex(found[name]) for name in _BYTES if found[name] is not None}
    row = {**found, **raw, "party_id": holder["id"], "accepted_at": clock.moment_of(found["accepted_at"])}
    return cast("Ballot", SimpleNamespace(**row))


def _until(meeting: Meeting, turn: str | None, now: datetime) -> datetime:
    """Until when the time leaves the page as it is."""
    turns = (meeting.opens_at, meeting.closes_at, clock.moment_of(turn), now + _LONGEST)
    return min(one for one in turns if one and one > now)
