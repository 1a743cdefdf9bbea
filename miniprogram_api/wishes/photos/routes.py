"""Photographs of wishes, and of what was done for them."""

from typing import Any
from uuid import UUID

from app.core import files as uploads
from app.core.errors import Forbidden
from app.core.pictures import NotAPicture
from app.identity.actor import Actor
from app.moderation import pictures
from app.wishes import errors, service
from miniprogram_api.auth import authenticated
from miniprogram_api.http import Blueprint, accepts_upload, fails_with
from miniprogram_api.moderation.schemas import PhotoFileSchema, PictureSchema

UPLOAD_LIMIT = 11 * 1024 * 1024
BAD_FILES = (
    uploads.FileEmpty,
    uploads.FileTooLarge,
    uploads.FileTypeRefused,
    uploads.FileDamaged,
    uploads.PictureTooLarge,
    NotAPicture,
)
REFUSED = (Forbidden, errors.WishNotFound, errors.WrongWishState)

bp = Blueprint(
    "wish_photos",
    __name__,
    url_prefix="/compounds/<uuid:compound_id>/wishes/<uuid:wish_id>",
    description="微心愿的照片",
)


@bp.post("/photos")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(PhotoFileSchema, location="files")
@bp.response(201, PictureSchema)
@fails_with(*REFUSED, errors.NotYourWish, errors.TooManyWishes, pictures.TooManyPictures, *BAD_FILES)
def add_photo(actor: Actor, files: dict[str, Any], compound_id: UUID, wish_id: UUID) -> pictures.PictureView:
    """Put a photograph to a draft; it is encoded anew, without place and time."""
    return pictures.view_of(service.add_photo(actor, compound_id, wish_id, files["file"].read()))


@bp.delete("/photos/<uuid:picture_id>")
@authenticated
@bp.response(204)
@fails_with(*REFUSED, errors.NotYourWish, errors.TooManyWishes, pictures.PictureNotFound)
def remove_photo(actor: Actor, compound_id: UUID, wish_id: UUID, picture_id: UUID) -> None:
    """Take a photograph off a draft."""
    service.remove_photo(actor, compound_id, wish_id, picture_id)


@bp.post("/claim/photos")
@accepts_upload(UPLOAD_LIMIT)
@authenticated
@bp.arguments(PhotoFileSchema, location="files")
@bp.response(201, PictureSchema)
@fails_with(*REFUSED, errors.NotYourClaim, pictures.TooManyPictures, *BAD_FILES)
def add_report_photo(actor: Actor, files: dict[str, Any], compound_id: UUID, wish_id: UUID) -> pictures.PictureView:
    """Put a photograph to what was done, as the claimant, before reporting the wish done."""
    return pictures.view_of(service.add_report_photo(actor, compound_id, wish_id, files["file"].read()))


@bp.delete("/claim/photos/<uuid:picture_id>")
@authenticated
@bp.response(204)
@fails_with(*REFUSED, errors.NotYourClaim, pictures.PictureNotFound)
def remove_report_photo(actor: Actor, compound_id: UUID, wish_id: UUID, picture_id: UUID) -> None:
    """Take it off again."""
    service.remove_report_photo(actor, compound_id, wish_id, picture_id)
