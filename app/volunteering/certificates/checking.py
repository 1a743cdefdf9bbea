"""What anybody who holds a certificate may check by its serial: whether it is good. Nothing about the person."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.compounds.persons import clean_name
from app.core.clock import SHANGHAI
from app.core.db import db
from app.volunteering.certificates.errors import CertificateNotFound
from app.volunteering.certificates.issuing import tidy
from app.volunteering.certificates.models import Certificate


@dataclass(frozen=True)
class Check:
    """What the paper must say to be true. `name_matches` answers a name that was given, and says no other."""

    serial: str
    valid: bool
    issuer: str
    issued_on: date
    revoked_on: date | None
    first_day: date
    last_day: date
    minutes: int
    name_matches: bool | None


def check(serial: str, name: str | None = None) -> Check:
    """Whether the certificate is good. Raises CertificateNotFound."""
    found = db.session.scalars(select(Certificate).where(Certificate.serial == tidy(serial))).one_or_none()
    if found is None:
        raise CertificateNotFound
    return Check(
        found.serial,
        found.revoked_at is None,
        found.issuer,
        found.issued_at.astimezone(SHANGHAI).date(),
        found.revoked_at.astimezone(SHANGHAI).date() if found.revoked_at else None,
        found.first_day,
        found.last_day,
        found.minutes,
        None if name is None else clean_name(name) == found.name,
    )
