"""Documents for staff: who may have which, in which state of the meeting."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from app.core import clock
from app.core.settings import Settings
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.documents.data import DocumentKind
from app.meetings.documents.gathering import gather
from app.meetings.documents.rendering import render
from app.meetings.errors import WrongMeetingState
from app.meetings.models import MeetingState
from app.meetings.results import address
from app.meetings.states import STATE_TEXT

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_STANDING_RESULT = (MeetingState.COUNTED, MeetingState.PUBLISHED, MeetingState.FINAL)
_COUNTED = (*_STANDING_RESULT, MeetingState.ANNULLED)
_ANNOUNCED = (MeetingState.ANNOUNCED, MeetingState.VOTING, MeetingState.CLOSED, *_COUNTED)
STATES: Final = {
    DocumentKind.ANNOUNCEMENT: _ANNOUNCED,
    DocumentKind.ELECTORATE: _ANNOUNCED,
    DocumentKind.BALLOT_SHEETS: _ANNOUNCED,
    DocumentKind.COUNT_RECORD: _COUNTED,
    DocumentKind.RESULT: _STANDING_RESULT,
}

_city_templates: Path | None = None


@dataclass(frozen=True)
class DocumentFile:
    """A document as a file, with a Chinese name."""

    name: str
    content: bytes


def configure(settings: Settings) -> None:
    """Take over the folder of a city's own templates, and where results are read from outside."""
    global _city_templates
    _city_templates = settings.document_templates_dir
    address.configure(settings)


def make_document(actor: Actor, compound_id: UUID, meeting_id: UUID, kind: DocumentKind) -> DocumentFile:
    """A document of a meeting, for the secretary and for supervisors. Writes an event of access, without names.

    Count record and result exist once counted: nothing before tells how anybody voted.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, TemplateBroken.
    """
    policy.require_see_drafts(actor, compound_id)
    meeting = reading.existing(compound_id, meeting_id)
    now = clock.now()
    state = meeting.state_at(now)
    if state not in STATES[kind]:
        allowed = [one.value for one in STATES[kind]]
        raise WrongMeetingState(state=state.value, state_text=STATE_TEXT[state], allowed=allowed)
    document = gather(kind, meeting, now)
    content = render(document, _city_templates)
    log.info(
        "document_made",
        document=kind.value,
        compound_id=str(compound_id),
        meeting_id=str(meeting_id),
        account_id=str(actor.account_id),
        size=len(content),
    )
    return DocumentFile(f"{document.meeting.compound}{meeting.title}{kind.chinese}.docx", content)
