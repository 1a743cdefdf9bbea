"""Hours confirmed or refused by whoever runs what was served, and corrected on request; nobody decides the own."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.db import db
from app.core.errors import Forbidden
from app.core.ids import new_id
from app.identity.actor import Actor
from app.notifications.catalogue import Kind
from app.volunteering import policy, telling
from app.volunteering.hours import trail
from app.volunteering.hours.errors import (
    CorrectionNotFound,
    CorrectionWaiting,
    OwnHours,
    RecordNotFound,
    WrongRecordState,
)
from app.volunteering.hours.models import CorrectionRequest, RecordState, ServiceRecord
from app.volunteering.offerings.models import Offering
from app.volunteering.slots.models import Slot


def confirm(actor: Actor, compound_id: UUID, record_id: UUID) -> ServiceRecord:
    """Confirm the recorded minutes, and tell. Raises RecordNotFound, Forbidden, OwnHours, WrongRecordState."""
    record = _to_decide(actor, compound_id, record_id, RecordState.RECORDED)
    _decide(actor, record, RecordState.CONFIRMED, "confirm_hours", None)
    telling.tell_hours(record, Kind.HOURS_CONFIRMED, "已计入您的志愿服务记录")
    return record


def refuse(actor: Actor, compound_id: UUID, record_id: UUID, reason: str) -> ServiceRecord:
    """Refuse a record with a reason, and tell. Raises as `confirm`."""
    record = _to_decide(actor, compound_id, record_id, RecordState.RECORDED)
    _decide(actor, record, RecordState.REFUSED, "refuse_hours", reason)
    telling.tell_hours(record, Kind.HOURS_CORRECTED, f"未认定，原因：{reason}")
    return record


def request_correction(
    actor: Actor, compound_id: UUID, record_id: UUID, minutes: int, reason: str
) -> CorrectionRequest:
    """Ask for other minutes on an own record that was decided. Raises RecordNotFound, WrongRecordState,
    CorrectionWaiting."""
    record = locked(compound_id, record_id)
    if record.account_id != actor.account_id:
        raise RecordNotFound
    _require(record, RecordState.CONFIRMED, RecordState.REFUSED)
    asked = (
        insert(CorrectionRequest)
        .values(
            compound_id=compound_id,
            id=new_id(),
            record_id=record_id,
            minutes=minutes,
            reason=reason,
            requested_by=actor.account_id,
            requested_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(CorrectionRequest)
    )
    request = db.session.scalars(asked).one_or_none()
    if request is None:
        raise CorrectionWaiting
    trail.note(actor, record, "request_correction", trail.facts(record), f"申请更正为 {minutes} 分钟：{reason}")
    return request


def decide_correction(
    actor: Actor, compound_id: UUID, record_id: UUID, request_id: UUID, accept: bool, reason: str
) -> ServiceRecord:
    """Accept or refuse a request, with a reason, and tell; accepted, the record says and confirms the other minutes.

    Raises RecordNotFound, Forbidden, OwnHours, CorrectionNotFound.
    """
    record = _to_decide(actor, compound_id, record_id, RecordState.CONFIRMED, RecordState.REFUSED)
    request = db.session.get(CorrectionRequest, (compound_id, request_id), populate_existing=True)
    if request is None or request.record_id != record_id or request.decided_at:
        raise CorrectionNotFound
    request.accepted, request.decision_reason = accept, reason
    request.decided_by, request.decided_at = actor.account_id, clock.now()
    before = trail.facts(record)
    if accept:
        record.minutes, record.state = request.minutes, RecordState.CONFIRMED
        record.decided_by, record.decided_at = actor.account_id, clock.now()
    trail.note(actor, record, "accept_correction" if accept else "refuse_correction", before, reason)
    hint = f"已更正，{reason}" if accept else f"未更正，原因：{reason}"
    telling.tell_hours(record, Kind.HOURS_CORRECTED, hint, str(request.id))
    return record


def locked(compound_id: UUID, record_id: UUID) -> ServiceRecord:
    """The record, locked. Raises RecordNotFound."""
    record = db.session.get(ServiceRecord, (compound_id, record_id), with_for_update=True, populate_existing=True)
    if record is None:
        raise RecordNotFound
    return record


def may_decide(actor: Actor, record: ServiceRecord) -> bool:
    """Whether the actor runs what was served."""
    if policy.can_manage(actor, record.compound_id):
        return True
    organiser = (
        select(Offering.organiser_id)
        .join(Slot, (Slot.compound_id == Offering.compound_id) & (Slot.offering_id == Offering.id))
        .where(Slot.compound_id == record.compound_id, Slot.id == record.slot_id)
    )
    return db.session.scalar(organiser) == actor.account_id


def _to_decide(actor: Actor, compound_id: UUID, record_id: UUID, *allowed: RecordState) -> ServiceRecord:
    record = locked(compound_id, record_id)
    if not may_decide(actor, record):
        raise Forbidden
    if record.account_id == actor.account_id:
        raise OwnHours
    _require(record, *allowed)
    return record


def _require(record: ServiceRecord, *allowed: RecordState) -> None:
    if record.state not in allowed:
        raise WrongRecordState(state=record.state, state_text=RecordState(record.state).chinese)


def _decide(actor: Actor, record: ServiceRecord, state: RecordState, act: str, reason: str | None) -> None:
    before = trail.facts(record)
    record.state, record.decided_by, record.decided_at = state, actor.account_id, clock.now()
    trail.note(actor, record, act, before, reason)
