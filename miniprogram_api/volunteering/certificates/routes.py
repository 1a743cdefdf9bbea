"""Certificates of volunteer service (志愿服务记录证明)."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response

from app.core.errors import Forbidden
from app.core.word.filling import MEDIA_TYPE
from app.identity.actor import Actor
from app.volunteering.certificates import checking, document, errors, issuing
from app.volunteering.volunteers.errors import NotAVolunteer
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.files.download import BINARY, download
from miniprogram_api.rate_limits import limited
from miniprogram_api.volunteering.certificates.schemas import (
    CertificateCheckSchema,
    CertificateListSchema,
    CertificateRevocationSchema,
    CertificateSchema,
    IssuerSchema,
    NewCertificateSchema,
    SerialSchema,
)

CHECKS_A_MINUTE = 30

bp = Blueprint(
    "certificates", __name__, url_prefix="/compounds/<uuid:compound_id>/certificates", description="志愿服务记录证明"
)
checks_bp = Blueprint("certificate_checks", __name__, url_prefix="/certificate-checks", description="证明查验")


@bp.put("/issuer")
@authenticated
@bp.arguments(IssuerSchema)
@bp.response(200, IssuerSchema)
@fails_with(Forbidden)
def set_certificate_issuer(actor: Actor, body: dict[str, Any], compound_id: UUID) -> Any:
    """Say who stands on the compound's certificates from now on."""
    return issuing.set_issuer(actor, compound_id, **body)


@bp.get("")
@authenticated
@bp.response(200, CertificateListSchema)
def list_my_certificates(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the actor's own certificates, the newest first."""
    return {"items": issuing.list_mine(actor, compound_id)}


@bp.post("")
@authenticated
@bp.arguments(NewCertificateSchema)
@bp.response(201, CertificateSchema)
@fails_with(NotAVolunteer, errors.PeriodWrong, errors.IdMissing, errors.IssuerMissing, errors.NothingToCertify)
def issue_certificate(actor: Actor, body: dict[str, Any], compound_id: UUID) -> Any:
    """Certify what the actor served and had confirmed on these days, free of charge."""
    return issuing.issue(actor, compound_id, **body)


@bp.get("/<serial>/document")
@authenticated
@bp.response(200, BINARY, content_type=MEDIA_TYPE)
@fails_with(errors.CertificateNotFound)
def get_certificate_document(actor: Actor, compound_id: UUID, serial: str) -> Response:
    """Download a certificate as a Word document, for printing and sealing."""
    content = document.make_document(actor, compound_id, serial)
    return download(BytesIO(content), document.NAME, MEDIA_TYPE, len(content))


@bp.post("/<serial>/revocation")
@authenticated
@bp.arguments(CertificateRevocationSchema)
@bp.response(204)
@fails_with(Forbidden, errors.CertificateNotFound, errors.AlreadyRevoked)
def revoke_certificate(actor: Actor, body: dict[str, Any], compound_id: UUID, serial: str) -> None:
    """Revoke a certificate that says what is not so."""
    issuing.revoke(actor, compound_id, serial, **body)


@checks_bp.post("")
@limited(CHECKS_A_MINUTE)
@checks_bp.arguments(SerialSchema)
@checks_bp.response(200, CertificateCheckSchema)
@fails_with(errors.CertificateNotFound)
def check_certificate(body: dict[str, Any]) -> checking.Check:
    """Check by its serial whether a certificate is good: for anybody who holds it, without signing in."""
    return checking.check(**body)
