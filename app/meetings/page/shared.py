"""What all owners see of a meeting's page, kept by each process: it is frozen by the announcement, but for its row.

A meeting's row is read as it is, without SQLAlchemy: to make one of its objects takes as long as to render the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import orjson

from app.core import clock
from app.core.crypto import decrypt
from app.core.db import fetch_one_alone
from app.core.recent import Recent
from app.meetings import views
from app.meetings.attachments import AttachmentView
from app.meetings.delivery.records import items_shown
from app.meetings.elections.candidates import CandidateView
from app.meetings.models import Meeting, MeetingState, Motion
from app.meetings.page.statements import ROW, SHARED, Left
from app.meetings.states import PUBLIC_RESULT
from app.meetings.turnout import Turnout
from app.meetings.views import PartyView

MEETINGS_KEPT: Final = 4096
"""Of how many meetings a process keeps what all see, as text of some 3 kB each, with a published count some 10 kB: the
latest of each compound of a city."""
_MOMENTS: Final = (
    "opens_at",
    "closes_at",
    "announced_at",
    "counted_at",
    "published_at",
    "finalized_at",
    "annulled_at",
    "cancelled_at",
)
_SHOWN_OF_CANDIDATES: Final = ("id", "position", "name", "statement")
"""How a nomination came, and on which paper, is the desk's."""


class Ballots(NamedTuple):
    """How many stand, and who took part by those that count: persons, and their area in 0.01 m²."""

    standing: int
    persons: int
    area_centi: int


@dataclass(frozen=True)
class Shared:
    """What all owners see of a meeting in a state, as long as its row is this one (a number that any change changes),
    which it is where the compound's version is this one.

    `left`: what there may be for a reader's own part, as of the compound's version. `ballots`: once the meeting is
    counted, when none comes or goes any more.
    `_around`: the page's JSON before the reader's parties, between these and the turnout, and after it.
    """

    row: int
    version: int | None
    meeting: Meeting
    state: MeetingState
    left: Left
    ballots: Ballots | None
    _around: tuple[bytes, bytes, bytes]

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Its compound and itself: under these it is kept."""
        return self.meeting.compound_id, self.meeting.id

    def is_good_at(self, now: datetime) -> bool:
        """Whether the time has left the meeting in this state."""
        return Meeting.state_at(self.meeting, now) is self.state

    def page(self, parties: Sequence[PartyView], turnout: Turnout) -> bytes:
        """The page as JSON, as the route gives it, with what is not the same for all."""
        before, between, after = self._around
        return b"%b%b%b%b%b" % (before, _json(list(map(_shown, parties))), between, _json(vars(turnout)), after)


kept: Final[Recent[tuple[UUID, UUID], Shared]] = Recent(MEETINGS_KEPT)
"""What was shown last of each meeting of a compound, whatever its row and state are now."""


def seen_by_all(compound_id: UUID, meeting_id: UUID, now: datetime) -> Shared | None:
    """What all see of an announced meeting, as it was kept if the time has left it so; None: none is announced.

    The compound's version may be another by now: whoever asks compares it.
    """
    shared = kept.get((compound_id, meeting_id))
    return shared if shared and shared.is_good_at(now) else _read(compound_id, meeting_id, now)


def renewed(shared: Shared, now: datetime) -> Shared | None:
    """What all see of the meeting, as of the compound's present version: as it was, if the row is the same."""
    found = fetch_one_alone(ROW, _asked(*shared.key, now))
    if found is None:
        return None
    version, row, guardians = found
    if row != shared.row:
        return _read(*shared.key, now)
    return replace(shared, version=version, left=shared.left._replace(guardians=guardians))


def keep(shared: Shared) -> None:
    """Keep what all see for the next one. The caller has let somebody see it: strangers push out nothing."""
    if kept.get(shared.key) is not shared:
        kept.put(shared.key, shared)


def _read(compound_id: UUID, meeting_id: UUID, now: datetime) -> Shared | None:
    found = fetch_one_alone(SHARED, _asked(compound_id, meeting_id, now))
    if found is None:
        return None
    version, row, guardians, text = found
    shown = orjson.loads(text)
    moments = {name: clock.moment_of(shown["meeting"][name]) for name in _MOMENTS}
    columns = {**shown["meeting"], **moments, "compound_id": compound_id, "id": meeting_id}
    meeting = cast("Meeting", SimpleNamespace(**columns))
    state = Meeting.state_at(meeting, now)
    ballots = Ballots(**shown["ballots"]) if shown["ballots"] else None
    left = Left(
        guardians,
        delivers=bool(items_shown(state)),
        counts=ballots is None,
        staff=bool(columns["cancel_asked_at"] or (columns["counted_at"] and state not in PUBLIC_RESULT)),
    )
    return Shared(row, version, meeting, state, left, ballots, _rendered(meeting, state, shown))


def _asked(compound_id: UUID, meeting_id: UUID, now: datetime) -> dict[str, Any]:
    return {"compound_id": compound_id, "meeting_id": meeting_id, "now": now}


def _rendered(meeting: Meeting, state: MeetingState, found: Mapping[str, Any]) -> tuple[bytes, bytes, bytes]:
    record = found["record"] if state in PUBLIC_RESULT else None
    names = {**vars(views.view_of_meeting(meeting, state, (), (), record)), "motions": _agenda(found)}
    before = {name: value for name, value in names.items() if name < "my_parties"}
    between = {name: value for name, value in names.items() if "my_parties" < name < "turnout"}
    after = {name: value for name, value in names.items() if name > "turnout"}
    return (
        _json(before)[:-1] + b',"my_parties":',
        b"," + _json(between)[1:-1] + b',"turnout":',
        b"," + _json(after)[1:] + b"\n",
    )


def _agenda(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Motions are read as rows are: to make one takes SQLAlchemy as long as to render it."""
    agenda = []
    for one in found["motions"]:
        motion = cast("Motion", SimpleNamespace(**one["motion"]))
        attached = [AttachmentView(**attachment) for attachment in one["attachments"]]
        shown = vars(views.view_of(motion, attached, list(map(_candidate, one["candidates"]))))
        candidates = [{name: getattr(who, name) for name in _SHOWN_OF_CANDIDATES} for who in shown["candidates"]]
        agenda.append({**shown, "attachments": list(map(vars, attached)), "candidates": candidates})
    return agenda


def _candidate(found: Mapping[str, Any]) -> CandidateView:
    name = decrypt(bytes.fromhex(found["name"]))
    return CandidateView(found["id"], found["position"], name, found["statement"], nominated=None, paper_note=None)


def _shown(party: PartyView) -> Mapping[str, Any]:
    return {**vars(party), "receipt": vars(party.receipt) if party.receipt else None}


def _json(value: Any) -> bytes:
    """In the order and form of Flask's own."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
