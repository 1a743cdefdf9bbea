"""The certificate as a Word document, for printing and sealing."""

from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog
from docxtpl import DocxTemplate

from app.core.clock import SHANGHAI
from app.core.db import db
from app.core.word.filling import fill, plain, qr
from app.identity.actor import Actor
from app.volunteering import policy
from app.volunteering.certificates.errors import CertificateNotFound
from app.volunteering.certificates.issuing import tidy
from app.volunteering.certificates.models import Certificate
from app.volunteering.telling import duration_text
from app.volunteering.volunteers.models import IdType

TEMPLATE: Final = Path(__file__).parent / "templates" / "certificate.docx"
NAME: Final = "志愿服务记录证明.docx"

log = structlog.get_logger(__name__)


def make_document(actor: Actor, compound_id: UUID, serial: str) -> bytes:
    """The document, for its volunteer and for those who manage volunteering. Raises CertificateNotFound."""
    certificate = db.session.get(Certificate, (compound_id, tidy(serial)))
    if certificate is None or not (certificate.account_id == actor.account_id or policy.can_manage(actor, compound_id)):
        raise CertificateNotFound
    log.info("certificate_made", compound_id=str(compound_id), account_id=str(actor.account_id))
    return fill(TEMPLATE, lambda template: _context(certificate, template))


def _context(certificate: Certificate, template: DocxTemplate) -> dict[str, Any]:
    issued = certificate.issued_at.astimezone(SHANGHAI).date()
    said: dict[str, Any] = plain(
        {
            "serial": certificate.serial,
            "name": certificate.name,
            "id_type": IdType(certificate.id_type).chinese,
            "id_number": certificate.id_number_masked,
            "volunteer_number": certificate.volunteer_number,
            "first_day": _day(certificate.first_day.isoformat()),
            "last_day": _day(certificate.last_day.isoformat()),
            "duration": duration_text(certificate.minutes),
            "times": str(len(certificate.services)),
            "issuer": certificate.issuer,
            "responsible": certificate.responsible,
            "contact": certificate.contact,
            "issued_on": _day(issued.isoformat()),
            "revoked": certificate.revoked_at is not None,
            "services": [
                {"day": _day(one["day"]), "content": one["content"], "duration": duration_text(one["minutes"])}
                for one in certificate.services
            ],
        }
    )
    return {**said, "qr": qr(template, certificate.serial)}


def _day(text: str) -> str:
    year, month, day = (int(part) for part in text.split("-"))
    return f"{year}年{month}月{day}日"
