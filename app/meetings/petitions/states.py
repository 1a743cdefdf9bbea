"""Where a petition stands; time alone expires it."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.core import clock
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.petitions.errors import PetitionNotCollecting, PetitionNotFound
from app.meetings.petitions.models import Petition
from app.meetings.rules.rule_set import RuleSet


class PetitionState(StrEnum):
    """Where a petition stands. `convened`: a meeting that came of it is announced."""

    COLLECTING = "collecting"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DELIVERED = "delivered"
    CONVENED = "convened"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {
            "collecting": "正在征集签名",
            "expired": "已逾期未达比例",
            "withdrawn": "已撤回",
            "delivered": "已达比例并送达",
            "convened": "已召开会议",
        }[self.value]


def locked(compound_id: UUID, petition_id: UUID) -> Petition:
    """The petition, locked against any other change but not against a signature that is still being written.

    Raises PetitionNotFound.
    """
    key = (compound_id, petition_id)
    petition = db.session.get(Petition, key, with_for_update={"key_share": True}, populate_existing=True)
    if petition is None:
        raise PetitionNotFound
    return petition


def collecting(compound_id: UUID, petition_id: UUID) -> Petition:
    """The petition, locked, if signatures are being collected. Raises PetitionNotFound, PetitionNotCollecting."""
    petition = locked(compound_id, petition_id)
    refuse_ended(petition)
    return petition


def refuse_ended(petition: Petition) -> None:
    """Raises PetitionNotCollecting, with the state, unless signatures are being collected."""
    state = state_of(petition, clock.now())
    if state is not PetitionState.COLLECTING:
        raise PetitionNotCollecting(state=state.value, state_text=state.chinese)


def state_of(petition: Petition, moment: datetime) -> PetitionState:
    """The state at a moment."""
    if petition.withdrawn_at:
        return PetitionState.WITHDRAWN
    if petition.delivered_at:
        return PetitionState.CONVENED if convened(petition) else PetitionState.DELIVERED
    return PetitionState.COLLECTING if moment < petition.expires_at else PetitionState.EXPIRED


def convened(petition: Petition) -> bool:
    """Whether a meeting that came of the petition is announced, and not cancelled."""
    meeting = meeting_of(petition)
    return meeting is not None and meeting.announced_at is not None


def warns_at(petition: Petition) -> datetime:
    """When those who convene are warned that a delivered petition's deadline is near."""
    deadline = petition.convene_by or petition.expires_at
    return deadline - timedelta(days=RuleSet.from_dict(petition.rule_set).petition_warning_days)


def meeting_of(petition: Petition) -> Meeting | None:
    """The meeting that came of the petition, unless it was cancelled."""
    if petition.meeting_id is None:
        return None
    meeting = db.session.get(Meeting, (petition.compound_id, petition.meeting_id))
    return meeting if meeting and meeting.cancelled_at is None else None
