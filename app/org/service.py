"""Acts on the organisation."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.identity.models import AccountPhone
from app.org import places, telling
from app.org.errors import AlreadyAppointed, AppointmentNotFound, PlaceTaken
from app.org.models import Appointment, OrgKind, OrgUnit, Role
from app.org.places import Place

LEVELS = list(OrgKind)
_TREE = 7_200_200


def lock_tree() -> None:
    """Let nobody else change the tree until the transaction ends: two right changes could be wrong together."""
    db.session.execute(select(func.pg_advisory_xact_lock(_TREE)))


def add_unit(kind: OrgKind, name: str, parent_id: UUID | None = None, operator: str | None = None) -> OrgUnit:
    """A new node of the tree, below its parent. Raises NotFound and Invalid where it cannot stand there."""
    if parent_id is not None:
        parent = db.session.get(OrgUnit, parent_id)
        if parent is None or parent.ended_at:
            raise NotFound
        if LEVELS.index(OrgKind(parent.kind)) >= LEVELS.index(kind):
            raise Invalid(kind=kind.value, parent=parent.kind)
    unit = OrgUnit(kind=kind, name=name, parent_id=parent_id, created_at=clock.now())
    db.session.add(unit)
    db.session.flush()
    after = {"kind": kind.value, "parent": str(parent_id) if parent_id else None} | _by(operator)
    audit.record(audit.PLATFORM, None, "add_org_unit", unit.id, after=after)
    return unit


def child_of(parent_id: UUID | None, kind: OrgKind, name: str) -> OrgUnit | None:
    """The live node of this kind and name below another, or at the top."""
    below = OrgUnit.parent_id.is_(None) if parent_id is None else OrgUnit.parent_id == parent_id
    found = select(OrgUnit).where(below, OrgUnit.kind == kind, OrgUnit.name == name, OrgUnit.ended_at.is_(None))
    return db.session.scalars(found.order_by(OrgUnit.id).limit(1)).one_or_none()


def appoint(
    role: Role,
    org_unit_id: UUID,
    phone: str,
    appointed_by: UUID | None = None,
    name: str | None = None,
    operator: str | None = None,
    term_ends: date | None = None,
    place: Place | None = None,
) -> Appointment:
    """Give the role at the node to whoever proves control of the phone number, who is told; at once if somebody has.

    Raises NotFound (node), AlreadyAppointed where the number holds the role there already, PlaceTaken where somebody
    else looks after the place.
    """
    node = db.session.get(OrgUnit, org_unit_id)
    if node is None or node.ended_at:
        raise NotFound
    phone_hash = lookup_hash("phone", phone)
    holder = db.session.scalar(select(AccountPhone.account_id).where(AccountPhone.phone_hash == phone_hash))
    made: Appointment | None = db.session.scalar(
        insert(Appointment)
        .values(
            id=new_id(),
            role=role,
            org_unit_id=org_unit_id,
            phone_hash=phone_hash,
            phone=phone,
            name=name,
            account_id=holder,
            appointed_at=clock.now(),
            appointed_by=appointed_by,
            term_ends=term_ends,
            **places.columns(place),
        )
        .on_conflict_do_nothing()
        .returning(Appointment)
    )
    if made is None:
        if place and _has_another(org_unit_id, place, phone_hash):
            raise PlaceTaken(place=place.name)
        raise AlreadyAppointed
    after = {"role": role.value, "node": str(org_unit_id)} | _by(operator) | ({"place": place.name} if place else {})
    audit.record(_log_of(node), appointed_by, "give_role", made.id, after=after)
    telling.tell_given(made)
    return made


def _has_another(org_unit_id: UUID, place: Place, phone_hash: bytes) -> bool:
    """Whether a place is looked after by another number."""
    held = select(Appointment.id).where(
        Appointment.org_unit_id == org_unit_id,
        Appointment.building_id == place.building_id,
        Appointment.stairwell == place.stairwell,
        Appointment.phone_hash != phone_hash,
        Appointment.ended_at.is_(None),
    )
    return db.session.scalar(held) is not None


def end_appointment(
    appointment_id: UUID, ended_by: UUID | None = None, operator: str | None = None, reason: str | None = None
) -> None:
    """End an appointment: the role is gone with the next request, and its holder is told, with the reason if any.

    Raises AppointmentNotFound.
    """
    ended = db.session.scalars(
        update(Appointment)
        .where(Appointment.id == appointment_id, Appointment.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_by=ended_by)
        .returning(Appointment),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if ended is None:
        raise AppointmentNotFound
    node = db.session.get_one(OrgUnit, ended.org_unit_id)
    before = {"role": ended.role, "node": str(node.id)}
    after = _by(operator) | ({"reason": reason} if reason else {})
    audit.record(_log_of(node), ended_by, "end_role", appointment_id, before=before, after=after or None)
    telling.tell_ended(ended, reason)


def claim_appointments(account_id: UUID, phone_hash: bytes) -> None:
    """Hand the appointments made for a phone number to the account that has just proven it, and to it alone.

    A role follows the number it was given to: whoever held it by this number before loses it, and an account that has
    changed its number keeps none of the old one's roles. Of what it did not hold before the account is told.
    """
    current = Appointment.ended_at.is_(None)
    db.session.execute(
        update(Appointment)
        .where(current, Appointment.account_id == account_id, Appointment.phone_hash != phone_hash)
        .values(account_id=None)
    )
    handed = db.session.scalars(
        update(Appointment)
        .where(current, Appointment.phone_hash == phone_hash, Appointment.account_id.is_distinct_from(account_id))
        .values(account_id=account_id)
        .returning(Appointment),
        execution_options={"populate_existing": True},
    )
    for appointment in handed.all():
        telling.tell_given(appointment)


def _log_of(node: OrgUnit) -> UUID:
    """The audit log that tells of a node: a compound's own, or the one of what belongs to no compound."""
    return node.id if node.kind == OrgKind.COMPOUND else audit.PLATFORM


def _by(operator: str | None) -> dict[str, str]:
    return {"operator": operator} if operator else {}
