"""Certificates: issued at the volunteer's wish, free of charge, and revoked. MCA order 67."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.clock import SHANGHAI
from app.core.codes import new_code, tidy_code
from app.core.db import db
from app.core.masking import mask_id_number
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.certificates.errors import (
    AlreadyRevoked,
    CertificateNotFound,
    IdMissing,
    IssuerMissing,
    NothingToCertify,
    PeriodWrong,
)
from app.volunteering.certificates.models import Certificate, CertificateIssuer
from app.volunteering.hours.models import RecordState, ServiceRecord
from app.volunteering.volunteers import registration
from app.volunteering.volunteers.errors import NotAVolunteer
from app.volunteering.volunteers.models import Volunteer

_SIGNS: Final = 20
_GROUP: Final = 5

REPEATED: Final = timedelta(minutes=2)
"""Within this time the same wish at the desk is a second tap."""


def set_issuer(actor: Actor, compound_id: UUID, issuer: str, responsible: str, contact: str) -> CertificateIssuer:
    """Say who stands on the compound's certificates from now on. Raises Forbidden."""
    policy.require_manage(actor, compound_id)
    columns = {
        "issuer": issuer,
        "responsible": responsible,
        "contact": contact,
        "set_by": actor.account_id,
        "set_at": clock.now(),
    }
    put = (
        insert(CertificateIssuer)
        .values(compound_id=compound_id, **columns)
        .on_conflict_do_update(index_elements=["compound_id"], set_=columns)
        .returning(CertificateIssuer)
    )
    found = db.session.scalars(put, execution_options={"populate_existing": True}).one()
    audit.record(compound_id, actor.account_id, "set_certificate_issuer", compound_id)
    return found


def issue(actor: Actor, compound_id: UUID, first_day: date, last_day: date) -> Certificate:
    """Certify what the actor served, and had confirmed, on these days (both included).

    Raises NotAVolunteer, PeriodWrong, IdMissing, IssuerMissing, NothingToCertify.
    """
    return _issued(actor, registration.current(actor, compound_id), first_day, last_day)


def issue_for(actor: Actor, compound_id: UUID, volunteer_id: UUID, first_day: date, last_day: date) -> Certificate:
    """Certify for a volunteer who asks at the desk, as those who manage volunteering.

    Asked twice within REPEATED for the same days, it is the one certificate. Raises Forbidden, NotAVolunteer,
    PeriodWrong, IdMissing, IssuerMissing, NothingToCertify.
    """
    policy.require_manage(actor, compound_id)
    volunteer = db.session.get(Volunteer, (compound_id, volunteer_id), with_for_update=True, populate_existing=True)
    if volunteer is None or volunteer.left_at:
        raise NotAVolunteer
    return _just_issued(volunteer, first_day, last_day) or _issued(actor, volunteer, first_day, last_day)


def _just_issued(volunteer: Volunteer, first_day: date, last_day: date) -> Certificate | None:
    found = select(Certificate).where(
        Certificate.compound_id == volunteer.compound_id,
        Certificate.account_id == volunteer.account_id,
        Certificate.first_day == first_day,
        Certificate.last_day == last_day,
        Certificate.issued_at > clock.now() - REPEATED,
        Certificate.revoked_at.is_(None),
    )
    return db.session.scalars(found.limit(1)).one_or_none()


def _issued(actor: Actor, volunteer: Volunteer, first_day: date, last_day: date) -> Certificate:
    compound_id = volunteer.compound_id
    if not first_day <= last_day <= clock.today():
        raise PeriodWrong
    if volunteer.id_type is None or volunteer.id_number is None:
        raise IdMissing
    issuer = db.session.get(CertificateIssuer, compound_id)
    if issuer is None:
        raise IssuerMissing
    services = _served(volunteer, first_day, last_day)
    certificate = Certificate(
        compound_id=compound_id,
        serial=_serial(),
        volunteer_id=volunteer.id,
        account_id=volunteer.account_id,
        name=volunteer.name,
        id_type=volunteer.id_type,
        id_number_masked=mask_id_number(volunteer.id_number),
        volunteer_number=volunteer.number,
        first_day=first_day,
        last_day=last_day,
        minutes=sum(one["minutes"] for one in services),
        services=services,
        issuer=issuer.issuer,
        responsible=issuer.responsible,
        contact=issuer.contact,
        issued_at=clock.now(),
    )
    if not certificate.minutes:
        raise NothingToCertify
    db.session.add(certificate)
    db.session.flush()
    audit.record(compound_id, actor.account_id, "issue_certificate", volunteer.id)
    return certificate


def revoke(actor: Actor, compound_id: UUID, serial: str, reason: str) -> Certificate:
    """Revoke a certificate that says what is not so. Raises Forbidden, CertificateNotFound, AlreadyRevoked."""
    policy.require_manage(actor, compound_id)
    key = (compound_id, tidy(serial))
    certificate = db.session.get(Certificate, key, with_for_update=True, populate_existing=True)
    if certificate is None:
        raise CertificateNotFound
    if certificate.revoked_at:
        raise AlreadyRevoked
    certificate.revoked_at, certificate.revoked_by = clock.now(), actor.account_id
    certificate.revoke_reason = reason
    db.session.flush()
    audit.record(compound_id, actor.account_id, "revoke_certificate", certificate.volunteer_id)
    return certificate


def list_mine(actor: Actor, compound_id: UUID) -> Sequence[Certificate]:
    """The actor's own certificates, the newest first."""
    return db.session.scalars(
        select(Certificate)
        .where(Certificate.compound_id == compound_id, Certificate.account_id == actor.account_id)
        .order_by(Certificate.issued_at.desc())
    ).all()


def tidy(serial: str) -> str:
    """A serial as it is stored, however it was typed."""
    return tidy_code(serial, _GROUP)


def _serial() -> str:
    return new_code(_SIGNS, _GROUP)


def _served(volunteer: Volunteer, first_day: date, last_day: date) -> list[dict[str, Any]]:
    """Content, day and minutes of each confirmed service, in order."""
    begins = datetime.combine(first_day, time(), SHANGHAI)
    ends = datetime.combine(last_day + timedelta(days=1), time(), SHANGHAI)
    found = db.session.scalars(
        select(ServiceRecord)
        .where(
            ServiceRecord.compound_id == volunteer.compound_id,
            ServiceRecord.account_id == volunteer.account_id,
            ServiceRecord.state == RecordState.CONFIRMED,
            ServiceRecord.minutes > 0,
            ServiceRecord.started_at >= begins,
            ServiceRecord.started_at < ends,
        )
        .order_by(ServiceRecord.started_at, ServiceRecord.id)
    )
    return [
        {
            "content": one.content,
            "day": one.started_at.astimezone(SHANGHAI).date().isoformat(),
            "minutes": one.minutes or 0,
        }
        for one in found
    ]
