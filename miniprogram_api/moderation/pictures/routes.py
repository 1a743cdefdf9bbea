"""Pictures by signed addresses: an image in a page sends no bearer token, nor does WeChat when it checks one."""

from typing import Any
from uuid import UUID

from flask import Response, send_file
from marshmallow import Schema, fields, validate

from app.moderation import pictures
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.schemas import hexadecimal

bp = Blueprint("pictures", __name__, url_prefix="/pictures", description="照片")

IMAGE: dict[str, Any] = {"type": "string", "format": "binary"}
KEPT_S = 3600


class SignedSchema(Schema):
    """The signature of an address."""

    until = fields.Integer(
        required=True,
        validate=validate.Range(0, 2**40, error="地址有误。"),
        metadata={"description": "Unix time until which it holds", "example": 1777600800},
    )
    signature = hexadecimal(32, required=True)


@bp.get("/<uuid:compound_id>/<uuid:picture_id>/<any(whole, thumbnail):variant>")
@bp.arguments(SignedSchema, location="query")
@bp.response(200, IMAGE, content_type="image/jpeg")
@fails_with(pictures.PictureNotFound)
def get_picture(signed: dict[str, Any], compound_id: UUID, picture_id: UUID, variant: str) -> Response:
    """Show a picture to whoever was given its address, for one to two hours."""
    file = pictures.open_signed(compound_id, picture_id, variant, **signed)
    response = send_file(file, mimetype="image/jpeg", conditional=False, etag=False)
    response.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    return response
