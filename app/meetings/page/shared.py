"""What all owners see of a meeting's page, kept by each process: it is frozen by the announcement, but for its row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson

from app.core import clock
from app.core.crypto import decrypt
from app.core.recent import Recent
from app.meetings import views
from app.meetings.attachments import AttachmentView
from app.meetings.elections.candidates import CandidateView
from app.meetings.models import Meeting, MeetingState, Motion
from app.meetings.states import PUBLIC_RESULT
from app.meetings.turnout import Turnout
from app.meetings.views import PartyView

MEETINGS_KEPT: Final = 1024
"""Of how many meetings a process keeps what all see; some 5 kB each, with a published count some 30 kB."""
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


@dataclass(frozen=True)
class Shared:
    """What all owners see of a meeting, as long as its row is this one (as a number that any change of it changes)."""

    row: int
    meeting: Meeting
    _motions: Sequence[Mapping[str, Any]]
    _record: dict[str, Any] | None
    _around: dict[MeetingState, tuple[bytes, bytes, bytes]] = field(default_factory=dict)

    def page(self, state: MeetingState, parties: Sequence[PartyView], turnout: Turnout) -> bytes:
        """The page as JSON, as the route gives it, in a state and with what else is not the same for all."""
        around = self._around.get(state)
        if around is None:
            around = self._around[state] = self._rendered(state)
        before, between, after = around
        return b"%b%b%b%b%b" % (before, _json(list(map(_shown, parties))), between, _json(vars(turnout)), after)

    def _rendered(self, state: MeetingState) -> tuple[bytes, bytes, bytes]:
        """What stands before the reader's parties, between these and the turnout, and after it."""
        record = self._record if state in PUBLIC_RESULT else None
        shown = views.view_of_meeting(self.meeting, state, motions=(), my_parties=(), record=record)
        names = {**vars(shown), "motions": self._motions}
        before = {name: value for name, value in names.items() if name < "my_parties"}
        between = {name: value for name, value in names.items() if "my_parties" < name < "turnout"}
        after = {name: value for name, value in names.items() if name > "turnout"}
        return (
            _json(before)[:-1] + b',"my_parties":',
            b"," + _json(between)[1:-1] + b',"turnout":',
            b"," + _json(after)[1:] + b"\n",
        )


kept: Final[Recent[tuple[UUID, UUID], Shared]] = Recent(MEETINGS_KEPT)
"""What was shown last of each meeting of a compound, whatever its row is now."""


def keep(compound_id: UUID, meeting_id: UUID, row: int, text: str) -> Shared:
    """Keep what shared.sql has found beside a meeting's row."""
    found = orjson.loads(text)
    moments = {name: clock.moment_of(found["meeting"][name]) for name in _MOMENTS}
    ids = {"compound_id": compound_id, "id": meeting_id}
    shared = Shared(row, Meeting(**{**found["meeting"], **moments, **ids}), _agenda(found), found["record"])
    return kept.put((compound_id, meeting_id), shared)


def _agenda(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    agenda = []
    for one in found["motions"]:
        attached = [AttachmentView(**attachment) for attachment in one["attachments"]]
        shown = vars(views.view_of(Motion(**one["motion"]), attached, list(map(_candidate, one["candidates"]))))
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
