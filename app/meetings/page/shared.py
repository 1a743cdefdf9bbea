"""What all owners see of a meeting's page, kept by each process: it is frozen by the announcement, but for its row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import orjson

from app.core import clock
from app.core.crypto import decrypt
from app.core.recent import Recent
from app.meetings import views
from app.meetings.attachments import AttachmentView
from app.meetings.delivery.records import items_shown
from app.meetings.elections.candidates import CandidateView
from app.meetings.models import Meeting, MeetingState, Motion
from app.meetings.page.statements import Left
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


class Row(NamedTuple):
    """What a statement of OWN's kind finds: the reader's own part as JSON, and the meeting's row as a number where that
    is asked for."""

    account_id: UUID
    version: int | None
    standing: int | None
    persons: int | None
    area_centi: int | None
    own: str
    row: int = 0
    guardians: bool = True

    @property
    def ballots(self) -> Ballots:
        """Where they were counted."""
        return Ballots(self.standing or 0, self.persons or 0, self.area_centi or 0)


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

    def is_good_at(self, now: datetime) -> bool:
        """Whether the time has left the meeting in this state."""
        return self.meeting.state_at(now) is self.state

    def page(self, parties: Sequence[PartyView], turnout: Turnout) -> bytes:
        """The page as JSON, as the route gives it, with what is not the same for all."""
        before, between, after = self._around
        return b"%b%b%b%b%b" % (before, _json(list(map(_shown, parties))), between, _json(vars(turnout)), after)


kept: Final[Recent[tuple[UUID, UUID], Shared]] = Recent(MEETINGS_KEPT)
"""What was shown last of each meeting of a compound, whatever its row and state are now."""


def keep(compound_id: UUID, meeting_id: UUID, now: datetime, row: Row, text: str) -> Shared:
    """Keep what shared.sql has found at a moment beside a row of OWN."""
    found = orjson.loads(text)
    moments = {name: clock.moment_of(found["meeting"][name]) for name in _MOMENTS}
    meeting = Meeting(**{**found["meeting"], **moments, "compound_id": compound_id, "id": meeting_id})
    state = meeting.state_at(now)
    record = found["record"] if state in PUBLIC_RESULT else None
    around = _rendered(meeting, state, found, record)
    return kept.put((compound_id, meeting_id), _of(row, meeting, state, around))


def keep_what_is_left(shared: Shared, row: Row) -> Shared:
    """Keep what a row of OWN tells of a later version, while what all see is the same."""
    key = shared.meeting.compound_id, shared.meeting.id
    return kept.put(key, _of(row, shared.meeting, shared.state, shared._around))


def _of(row: Row, meeting: Meeting, state: MeetingState, around: tuple[bytes, bytes, bytes]) -> Shared:
    is_counted = meeting.counted_at is not None
    left = Left(row.guardians, delivers=bool(items_shown(state)), counts=not is_counted)
    return Shared(row.row, row.version, meeting, state, left, row.ballots if is_counted else None, around)


def _rendered(
    meeting: Meeting, state: MeetingState, found: Mapping[str, Any], record: dict[str, Any] | None
) -> tuple[bytes, bytes, bytes]:
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
