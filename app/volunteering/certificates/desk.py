"""Certificates as those who manage volunteering see them: who issues, what was issued, for whom one could be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.compounds.persons import clean_name
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.certificates.errors import CertificateNotFound
from app.volunteering.certificates.issuing import tidy
from app.volunteering.certificates.models import Certificate, CertificateIssuer
from app.volunteering.hours.models import RecordState, ServiceRecord
from app.volunteering.volunteers.errors import NotAVolunteer
from app.volunteering.volunteers.models import Volunteer

LISTED: Final = 200
FOUND: Final = 20


@dataclass(frozen=True)
class CertificateRow:
    """A certificate that was issued; the name is masked."""

    serial: str
    name: str
    volunteer_number: str
    first_day: date
    last_day: date
    minutes: int
    issued_at: datetime
    revoked_at: datetime | None
    revoke_reason: str | None


@dataclass(frozen=True)
class Candidate:
    """A volunteer who may want a certificate; the name is masked. `minutes` are confirmed."""

    id: UUID
    number: str
    name: str
    has_id: bool
    minutes: int


def get_issuer(actor: Actor, compound_id: UUID) -> CertificateIssuer | None:
    """Who stands on the compound's certificates; None: nobody was named yet. Raises Forbidden."""
    policy.require_manage(actor, compound_id)
    return db.session.get(CertificateIssuer, compound_id)


def list_issued(actor: Actor, compound_id: UUID) -> Sequence[CertificateRow]:
    """The compound's certificates, the newest first. Raises Forbidden."""
    policy.require_manage(actor, compound_id)
    found = db.session.scalars(
        select(Certificate)
        .where(Certificate.compound_id == compound_id)
        .order_by(Certificate.issued_at.desc(), Certificate.serial)
        .limit(LISTED)
    )
    return [_row(one) for one in found]


def get_issued(actor: Actor, compound_id: UUID, serial: str) -> CertificateRow:
    """A certificate. Raises Forbidden, CertificateNotFound."""
    policy.require_manage(actor, compound_id)
    found = db.session.get(Certificate, (compound_id, tidy(serial)))
    if found is None:
        raise CertificateNotFound
    return _row(found)


def find_volunteers(actor: Actor, compound_id: UUID, text: str) -> Sequence[Candidate]:
    """The volunteers of this number or exact name, FOUND at the most; none where `text` is empty. Raises Forbidden."""
    policy.require_manage(actor, compound_id)
    wanted = clean_name(text)
    if not wanted:
        return []
    # Names are encrypted, and volunteers of one compound are few: read them once and compare.
    everybody = db.session.execute(
        select(Volunteer.id, Volunteer.name, Volunteer.number)
        .where(Volunteer.compound_id == compound_id, Volunteer.left_at.is_(None))
        .order_by(Volunteer.id.desc())
    )
    same = [volunteer_id for volunteer_id, *said in everybody if wanted in said]
    found = select(Volunteer).where(Volunteer.compound_id == compound_id, Volunteer.id.in_(same[:FOUND]))
    return _candidates(db.session.scalars(found.order_by(Volunteer.id.desc())).all()) if same else []


def get_volunteer(actor: Actor, compound_id: UUID, volunteer_id: UUID) -> Candidate:
    """A volunteer. Raises Forbidden, NotAVolunteer."""
    policy.require_manage(actor, compound_id)
    found = db.session.get(Volunteer, (compound_id, volunteer_id))
    if found is None or found.left_at:
        raise NotAVolunteer
    return _candidates([found])[0]


def _candidates(volunteers: Sequence[Volunteer]) -> list[Candidate]:
    served = (
        select(ServiceRecord.account_id, func.sum(ServiceRecord.minutes))
        .where(
            ServiceRecord.compound_id == volunteers[0].compound_id,
            ServiceRecord.account_id.in_([one.account_id for one in volunteers]),
            ServiceRecord.state == RecordState.CONFIRMED,
        )
        .group_by(ServiceRecord.account_id)
    )
    minutes = {account_id: total or 0 for account_id, total in db.session.execute(served)}
    return [
        Candidate(
            one.id,
            one.number,
            mask_name(one.name),
            one.id_number is not None,
            int(minutes.get(one.account_id, 0)),
        )
        for one in volunteers
    ]


def _row(one: Certificate) -> CertificateRow:
    return CertificateRow(
        one.serial,
        mask_name(one.name),
        one.volunteer_number,
        one.first_day,
        one.last_day,
        one.minutes,
        one.issued_at,
        one.revoked_at,
        one.revoke_reason,
    )
