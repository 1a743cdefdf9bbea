"""Opening a meeting's records to one owner on site, for a short time and with a reason (业主查阅): SPC 13."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.compounds import queries as compounds
from app.compounds.errors import OwnerNotFound
from app.compounds.models import Owner
from app.core import clock
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.meetings import policy, reading, states, telling, trail
from app.meetings.inspections.errors import InspectionNotFound, InspectionOver
from app.meetings.inspections.models import Inspection
from app.meetings.states import PUBLIC_RESULT

SALT_BYTES = 32


@dataclass(frozen=True)
class InspectionView:
    """An inspection: for whom, why, and until when. `open` while it may be used."""

    id: UUID
    meeting_id: UUID
    owner_id: UUID
    owner_masked: str
    reason: str
    opened_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    open: bool


def open_for(
    actor: Actor, compound_id: UUID, meeting_id: UUID, owner_id: UUID, reason: str, minutes: int
) -> InspectionView:
    """Open a published meeting's records to an owner of today, who is told; an earlier one for that owner ends.

    Raises Forbidden, MeetingNotFound, WrongMeetingState, OwnerNotFound.
    """
    policy.require_manage(actor, compound_id)
    now = clock.now()
    meeting = states.locked(compound_id, meeting_id, now, *PUBLIC_RESULT)
    if not compounds.owns_today(compound_id, owner_id):
        raise OwnerNotFound
    db.session.execute(
        update(Inspection)
        .where(
            Inspection.compound_id == compound_id,
            Inspection.meeting_id == meeting_id,
            Inspection.owner_id == owner_id,
            Inspection.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    inspection = Inspection(
        compound_id=compound_id,
        meeting_id=meeting_id,
        owner_id=owner_id,
        reason=reason,
        salt=secrets.token_bytes(SALT_BYTES),
        opened_by=actor.account_id,
        opened_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    db.session.add(inspection)
    db.session.flush()
    about = {"inspection_id": str(inspection.id), "owner_id": str(owner_id), "minutes": minutes}
    trail.note(actor, meeting, "open_inspection", None, about)
    telling.tell_inspection(meeting, inspection.id, owner_id, inspection.expires_at)
    return _view(inspection)


def end(actor: Actor, compound_id: UUID, meeting_id: UUID, inspection_id: UUID) -> None:
    """End an inspection before its time, as the one who may use it. Raises InspectionNotFound, InspectionOver."""
    inspection = usable(actor, compound_id, meeting_id, inspection_id)
    inspection.ended_at = clock.now()
    meeting = reading.existing(compound_id, meeting_id)
    trail.note(actor, meeting, "end_inspection", None, {"inspection_id": str(inspection_id)})


def of_meeting(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Sequence[InspectionView]:
    """A meeting's inspections, the newest first: all to staff, to an owner those of the own.

    Raises Forbidden, MeetingNotFound.
    """
    viewer = policy.require_see(actor, compound_id, meeting_id)
    reading.announced(compound_id, meeting_id)
    found = select(Inspection).where(Inspection.compound_id == compound_id, Inspection.meeting_id == meeting_id)
    if not viewer.sees_drafts:
        found = found.where(Inspection.owner_id.in_(viewer.owner_ids))
    return [_view(one) for one in db.session.scalars(found.order_by(Inspection.id.desc()).limit(100))]


def usable(actor: Actor, compound_id: UUID, meeting_id: UUID, inspection_id: UUID) -> Inspection:
    """The inspection, if the actor is the owner that it is for, or whoever opened it and sits with that owner.

    Raises InspectionNotFound, also to anybody else, and InspectionOver.
    """
    inspection = db.session.get(Inspection, (compound_id, inspection_id), populate_existing=True)
    if inspection is None or inspection.meeting_id != meeting_id:
        raise InspectionNotFound
    owners = compounds.owners_represented(actor.account_id, compound_id)
    if inspection.owner_id not in owners and not _opened(actor, inspection):
        raise InspectionNotFound
    if not _is_open(inspection):
        raise InspectionOver
    return inspection


def _opened(actor: Actor, inspection: Inspection) -> bool:
    return inspection.opened_by == actor.account_id and policy.can_see_drafts(actor, inspection.compound_id)


def _is_open(inspection: Inspection) -> bool:
    return inspection.ended_at is None and clock.now() < inspection.expires_at


def _view(inspection: Inspection) -> InspectionView:
    owner = db.session.get_one(Owner, (inspection.compound_id, inspection.owner_id))
    return InspectionView(
        id=inspection.id,
        meeting_id=inspection.meeting_id,
        owner_id=inspection.owner_id,
        owner_masked=mask_name(owner.name),
        reason=inspection.reason,
        opened_at=inspection.opened_at,
        expires_at=inspection.expires_at,
        ended_at=inspection.ended_at,
        open=_is_open(inspection),
    )
