"""A published result as anybody may read it, without signing in, by the code on its announcement (结果公示页).

Totals, verdicts and their arithmetic; nobody's ballot, and the candidates' names masked: the full ones are on the
announcement in the compound.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select

from app.core import clock
from app.core.codes import new_code, tidy_code
from app.core.db import db
from app.core.errors import NotFound
from app.core.masking import mask_name
from app.meetings import reading
from app.meetings.documents import elections
from app.meetings.documents.data import DocumentKind, ResultAnnouncement
from app.meetings.documents.gathering import gather
from app.meetings.models import CountRecord, Meeting, MeetingState
from app.meetings.states import PUBLIC_RESULT, STATE_TEXT

SIGNS: Final = 12
GROUP: Final = 4
"""60 bits, to be read from paper: and who asks often is slowed down."""


class ResultNotFound(NotFound):
    code = "result_not_found"
    message = "没有这个编号的表决结果，请核对公告上编号的每一位。仍查不到的，请联系小区党支部书记。"


@dataclass(frozen=True)
class PublicResult:
    """A published result. `annulled_at`, `annul_reason`: it does not stand any more."""

    code: str
    state: MeetingState
    state_text: str
    published_at: datetime
    finalized_at: datetime | None
    annulled_at: datetime | None
    annul_reason: str | None
    announcement: ResultAnnouncement


def new_result_code() -> str:
    """A code for a result that is published now."""
    return new_code(SIGNS, GROUP)


def read(code: str) -> PublicResult:
    """The result of a code, however it was typed. Raises ResultNotFound."""
    meeting = db.session.scalars(select(Meeting).where(Meeting.result_code == tidy_code(code, GROUP))).one_or_none()
    now = clock.now()
    if meeting is None or meeting.published_at is None or meeting.state_at(now) not in PUBLIC_RESULT:
        raise ResultNotFound
    state = meeting.state_at(now)
    return PublicResult(
        code=meeting.result_code or "",
        state=state,
        state_text=STATE_TEXT[state],
        published_at=meeting.published_at,
        finalized_at=meeting.finalized_at,
        annulled_at=meeting.annulled_at,
        annul_reason=meeting.annul_reason,
        announcement=_announcement(meeting, now),
    )


def _announcement(meeting: Meeting, now: datetime) -> ResultAnnouncement:
    document = gather(DocumentKind.RESULT, meeting, now)
    assert isinstance(document, ResultAnnouncement)
    record = db.session.get_one(CountRecord, (meeting.compound_id, meeting.id)).record
    masked = elections.counted(meeting, reading.motions_of(meeting), record, mask_name)
    return replace(document, elections=masked)
