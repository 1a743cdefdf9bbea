"""The ballot log (表决存证): its keys, signed heads, proofs, and the bundle of a counted meeting."""

from typing import Any
from uuid import UUID

from flask import Response, send_file

from app.core import signing
from app.core.errors import Forbidden
from app.identity.actor import Actor
from app.meetings import errors
from app.meetings.log import bundle, proofs
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.meetings.log.schemas import (
    ConsistencyQuerySchema,
    ConsistencySchema,
    HeadsSchema,
    InclusionQuerySchema,
    InclusionSchema,
    LogKeysSchema,
)

keys_bp = Blueprint("log_keys", __name__, url_prefix="/log-keys", description="表决存证公钥")
bp = Blueprint(
    "ballot_log",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/meetings/<uuid:meeting_id>",
    description="表决存证",
)


@keys_bp.get("")
@keys_bp.response(200, LogKeysSchema)
def list_log_keys() -> dict[str, Any]:
    """List the public keys of receipts and tree heads, for everyone."""
    return {
        "items": [
            {
                "key_id": key.id,
                "algorithm": "ed25519",
                "public_key": key.raw.hex(),
                "fingerprint": key.fingerprint,
            }
            for key in signing.published()
        ]
    }


@bp.get("/log/heads")
@authenticated
@bp.response(200, HeadsSchema)
@fails_with(Forbidden, errors.MeetingNotFound)
def list_heads(actor: Actor, compound_id: UUID, meeting_id: UUID) -> dict[str, Any]:
    """List the signed heads of a meeting's ballot log; keep one, and the past cannot be rewritten unnoticed."""
    return {"items": proofs.list_heads(actor, compound_id, meeting_id)}


@bp.get("/log/inclusion")
@authenticated
@bp.arguments(InclusionQuerySchema, location="query")
@bp.response(200, InclusionSchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.LogHeadNotFound, errors.LeafNotInLog)
def prove_inclusion(actor: Actor, query: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> Any:
    """Prove that a receipt's leaf is in the log."""
    leaf_hash = bytes.fromhex(query["leaf_hash"])
    return proofs.prove_inclusion(actor, compound_id, meeting_id, leaf_hash, query.get("size"))


@bp.get("/log/consistency")
@authenticated
@bp.arguments(ConsistencyQuerySchema, location="query")
@bp.response(200, ConsistencySchema)
@fails_with(Forbidden, errors.MeetingNotFound, errors.LogHeadNotFound)
def prove_consistency(actor: Actor, query: dict[str, Any], compound_id: UUID, meeting_id: UUID) -> Any:
    """Prove that between two heads the log was only appended to."""
    return proofs.prove_consistency(actor, compound_id, meeting_id, **query)


@bp.get("/bundle")
@authenticated
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@fails_with(Forbidden, errors.MeetingNotFound, errors.BundleNotReady, signing.SigningKeyMissing)
def export_bundle(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Response:
    """Download all that anyone needs to do the whole count again: to staff once counted, to owners once published."""
    file = bundle.export_bundle(actor, compound_id, meeting_id)
    return send_file(file, "application/zip", as_attachment=True, download_name=f"meeting-{meeting_id}.zip")
