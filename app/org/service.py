"""Acts on the organisation."""

from uuid import UUID

from sqlalchemy import update

from app.core import clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.org.models import Appointment, OrgKind, OrgUnit, Role


def add_unit(kind: OrgKind, name: str, parent_id: UUID | None = None) -> OrgUnit:
    """A new node of the tree."""
    unit = OrgUnit(kind=kind, name=name, parent_id=parent_id, created_at=clock.now())
    db.session.add(unit)
    db.session.flush()
    return unit


def appoint(role: Role, org_unit_id: UUID, phone: str, appointed_by: UUID | None = None) -> Appointment:
    """Give the role at the node to whoever proves control of the phone number."""
    appointment = Appointment(
        role=role,
        org_unit_id=org_unit_id,
        phone_hash=lookup_hash("phone", phone),
        appointed_at=clock.now(),
        appointed_by=appointed_by,
    )
    db.session.add(appointment)
    db.session.flush()
    return appointment


def claim_appointments(account_id: UUID, phone_hash: bytes) -> None:
    """Hand the appointments made for a phone number to the account that has just proven it, and to it alone.

    A role follows the number it was given to: whoever held it by this number before loses it, and an account that has
    changed its number keeps none of the old one's roles.
    """
    current = Appointment.ended_at.is_(None)
    db.session.execute(
        update(Appointment)
        .where(current, Appointment.account_id == account_id, Appointment.phone_hash != phone_hash)
        .values(account_id=None)
    )
    db.session.execute(
        update(Appointment).where(current, Appointment.phone_hash == phone_hash).values(account_id=account_id)
    )
