"""Reads of service records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, func, select, union

from app.core import audit
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.hours import trail
from app.volunteering.hours.confirming import may_decide
from app.volunteering.hours.errors import RecordNotFound
from app.volunteering.hours.models import CorrectionRequest, RecordChange, RecordState, ServiceRecord
from app.volunteering.offerings.models import Offering
from app.volunteering.slots.models import Slot
from app.volunteering.volunteers.models import Volunteer

LISTED = 500


@dataclass(frozen=True)
class CorrectionView:
    """A request that waits."""

    id: UUID
    minutes: int
    reason: str
    requested_at: datetime


@dataclass(frozen=True)
class RecordView:
    """A service record. `name` is told to whoever decides, and to the volunteer."""

    id: UUID
    name: str
    volunteer_number: str
    content: str
    slot_id: UUID | None
    post_id: UUID | None
    started_at: datetime
    ended_at: datetime | None
    minutes: int | None
    state: str
    state_text: str
    correction: CorrectionView | None


@dataclass(frozen=True)
class MyHours:
    """The actor's own records, the latest first, and the sum of what is confirmed."""

    confirmed_minutes: int
    items: Sequence[RecordView]


def my_hours(actor: Actor, compound_id: UUID) -> MyHours:
    """The actor's own records. They stay visible to whoever served, resident or not."""
    mine = (ServiceRecord.compound_id == compound_id, ServiceRecord.account_id == actor.account_id)
    total = select(func.coalesce(func.sum(ServiceRecord.minutes), 0)).where(
        *mine, ServiceRecord.state == RecordState.CONFIRMED
    )
    return MyHours(int(db.session.scalar(total) or 0), _views(*mine))


def to_decide(actor: Actor, compound_id: UUID, masked: bool = False) -> Sequence[RecordView]:
    """What waits for the actor's word: recorded hours and requests to correct, never the own.

    A look at names that are not `masked` is on the audit log. Raises Forbidden.
    """
    policy.require_see(actor, compound_id)
    if not masked:
        audit.record(compound_id, actor.account_id, "read_hours", compound_id)
    wanted = [
        ServiceRecord.compound_id == compound_id,
        ServiceRecord.id.in_(_waiting(compound_id)),
        ServiceRecord.account_id != actor.account_id,
    ]
    if not policy.can_manage(actor, compound_id):
        wanted.append(
            ServiceRecord.slot_id.in_(
                select(Slot.id)
                .join(Offering, (Offering.compound_id == Slot.compound_id) & (Offering.id == Slot.offering_id))
                .where(Slot.compound_id == compound_id, Offering.organiser_id == actor.account_id)
            )
        )
    return [_masked(one) for one in _views(*wanted)] if masked else _views(*wanted)


def _waiting(compound_id: UUID) -> CompoundSelect[UUID]:
    """The records that wait for somebody's word, each kind by an index of its own."""
    recorded = select(ServiceRecord.id).where(
        ServiceRecord.compound_id == compound_id, ServiceRecord.state == RecordState.RECORDED
    )
    disputed = select(CorrectionRequest.record_id).where(
        CorrectionRequest.compound_id == compound_id, CorrectionRequest.decided_at.is_(None)
    )
    return union(recorded, disputed)


def get_masked(actor: Actor, compound_id: UUID, record_id: UUID) -> RecordView:
    """A record for whoever may decide it, its name masked. Raises RecordNotFound."""
    record = db.session.get(ServiceRecord, (compound_id, record_id))
    if record is None or not may_decide(actor, record):
        raise RecordNotFound
    return _masked(view_of(record))


def changes(actor: Actor, compound_id: UUID, record_id: UUID) -> Sequence[RecordChange]:
    """The trail of a record, for its volunteer and for whoever may decide it. Raises RecordNotFound."""
    record = db.session.get(ServiceRecord, (compound_id, record_id))
    if record is None or not (record.account_id == actor.account_id or may_decide(actor, record)):
        raise RecordNotFound
    return trail.changes_of(record)


def view_of(record: ServiceRecord) -> RecordView:
    """A record after an act on it."""
    return _views(ServiceRecord.compound_id == record.compound_id, ServiceRecord.id == record.id)[0]


def _masked(view: RecordView) -> RecordView:
    return replace(view, name=mask_name(view.name))


def _views(*conditions: ColumnElement[bool]) -> list[RecordView]:
    rows = db.session.execute(
        select(ServiceRecord, Volunteer, CorrectionRequest)
        .join(
            Volunteer,
            (Volunteer.compound_id == ServiceRecord.compound_id) & (Volunteer.id == ServiceRecord.volunteer_id),
        )
        .outerjoin(
            CorrectionRequest,
            (CorrectionRequest.compound_id == ServiceRecord.compound_id)
            & (CorrectionRequest.record_id == ServiceRecord.id)
            & CorrectionRequest.decided_at.is_(None),
        )
        .where(*conditions)
        .order_by(ServiceRecord.started_at.desc(), ServiceRecord.id)
        .limit(LISTED)
    )
    return [_view(*row) for row in rows]


def _view(record: ServiceRecord, volunteer: Volunteer, request: CorrectionRequest | None) -> RecordView:
    return RecordView(
        record.id,
        volunteer.name,
        volunteer.number,
        record.content,
        record.slot_id,
        record.post_id,
        record.started_at,
        record.ended_at,
        record.minutes,
        record.state,
        RecordState(record.state).chinese,
        CorrectionView(request.id, request.minutes, request.reason, request.requested_at) if request else None,
    )
