"""The pictures of subjects: added, taken off, shown by signed addresses, swept."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import IO
from uuid import UUID

import structlog
from sqlalchemy import Select, delete, select

from app.core import clock, sealed_files
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id, new_random_id
from app.core.pictures import photograph
from app.core.sealed_files import FileChanged
from app.core.storage import FileMissing, new_key
from app.core.stored_files import sweep_unnamed
from app.core.unit_of_work import release_connection
from app.identity.actor import Actor
from app.moderation.check_models import MOST_PICTURES, Picture

log = structlog.get_logger(__name__)

KIND = "pictures"
LIMIT_MB = 10
WHOLE, THUMBNAIL = "whole", "thumbnail"
_ADDRESS_HOLDS = timedelta(hours=2)


class PictureNotFound(NotFound):
    code = "picture_not_found"
    message = "没有找到这张照片，它可能已被移除，或地址已过期，请刷新页面。"


class TooManyPictures(Conflict):
    """`most` is how many a subject may have."""

    code = "too_many_pictures"
    message = "最多上传 {most} 张照片，请先移除不需要的照片。"


@dataclass(frozen=True)
class PictureView:
    """A picture as it is shown. The addresses hold for one to two hours, without a sign-in."""

    id: UUID
    position: int
    width: int
    height: int
    url: str
    thumbnail_url: str


@dataclass(frozen=True)
class Stored:
    """A picture whose files are stored already, and which no row names yet."""

    id: UUID
    columns: Mapping[str, object]


def store(compound_id: UUID, content: bytes) -> Stored:
    """Encode a photograph anew and store it with its thumbnail, encrypted; nothing of the database is held meanwhile.

    Raises what `core.pictures.photograph` raises. Where no row comes to name the files, they are swept.
    """
    release_connection()
    made = photograph(content, LIMIT_MB)
    keys, file_key = [new_key(compound_id, KIND, new_random_id()) for _ in range(2)], sealed_files.new_file_key()
    for key, file in zip(keys, (made.content, made.thumbnail), strict=True):
        sealed_files.put(key, file, file_key)
    columns = {
        "width": made.width,
        "height": made.height,
        "size": len(made.content),
        "source_sha256": hashlib.sha256(content).digest(),
        "storage_key": keys[0],
        "thumbnail_key": keys[1],
        "file_key": file_key,
    }
    return Stored(new_id(), columns)


def add(actor: Actor, compound_id: UUID, kind: str, subject_id: UUID, stored: Stored) -> Picture:
    """Put a stored picture in the first free place of a subject that the caller has locked; once if it comes twice.

    Raises TooManyPictures.
    """
    there = db.session.scalars(_of([subject_id], compound_id, kind)).all()
    same = next((one for one in there if one.source_sha256 == stored.columns["source_sha256"]), None)
    if same:
        return same
    free = sorted(set(range(1, MOST_PICTURES + 1)) - {one.position for one in there})
    if not free:
        raise TooManyPictures(most=MOST_PICTURES)
    picture = Picture(
        compound_id=compound_id,
        id=stored.id,
        kind=kind,
        subject_id=subject_id,
        position=free[0],
        created_by=actor.account_id,
        created_at=clock.now(),
        **stored.columns,
    )
    db.session.add(picture)
    db.session.flush()
    return picture


def remove(compound_id: UUID, kind: str, subject_id: UUID, picture_id: UUID) -> None:
    """Take a picture off a subject that the caller has locked; its files are swept. Raises PictureNotFound."""
    picture = db.session.get(Picture, (compound_id, picture_id))
    if picture is None or (picture.kind, picture.subject_id) != (kind, subject_id):
        raise PictureNotFound
    db.session.delete(picture)
    db.session.flush()


def forget(compound_id: UUID, kind: str, subject_ids: Collection[UUID]) -> None:
    """Take all pictures off subjects that the caller has locked; their files are swept."""
    db.session.execute(
        delete(Picture).where(
            Picture.compound_id == compound_id, Picture.kind == kind, Picture.subject_id.in_(subject_ids)
        )
    )


def of_subjects(compound_id: UUID, kind: str, subject_ids: Collection[UUID]) -> Mapping[UUID, Sequence[PictureView]]:
    """The pictures of these subjects, each in order, by the subject's id."""
    found: dict[UUID, list[PictureView]] = defaultdict(list)
    for picture in db.session.scalars(_of(subject_ids, compound_id, kind)):
        found[picture.subject_id].append(view_of(picture))
    return found


def view_of(picture: Picture) -> PictureView:
    """A picture as it is shown."""
    urls = [address(picture.compound_id, picture.id, variant) for variant in (WHOLE, THUMBNAIL)]
    return PictureView(picture.id, picture.position, picture.width, picture.height, *urls)


def address(compound_id: UUID, picture_id: UUID, variant: str) -> str:
    """The path of a picture with its signature. The same within an hour, so that clients may keep what they loaded."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    until = int((hour + _ADDRESS_HOLDS).timestamp())
    signature = _signature(compound_id, picture_id, variant, until)
    return f"/api/v1/pictures/{compound_id}/{picture_id}/{variant}?until={until}&signature={signature}"


def open_signed(compound_id: UUID, picture_id: UUID, variant: str, until: int, signature: str) -> IO[bytes]:
    """The file of a signed address, which the caller closes. Raises PictureNotFound, also when its time is over."""
    expected = _signature(compound_id, picture_id, variant, until)
    if not hmac.compare_digest(expected, signature) or clock.now().timestamp() >= until:
        raise PictureNotFound
    picture = db.session.get(Picture, (compound_id, picture_id))
    if picture is None:
        raise PictureNotFound
    key = picture.thumbnail_key if variant == THUMBNAIL else picture.storage_key
    file_key = picture.file_key
    release_connection()
    try:
        return BytesIO(sealed_files.get(key, file_key))
    except FileMissing:
        raise PictureNotFound from None
    except FileChanged:
        log.error("picture_changed", picture_id=str(picture_id))
        raise PictureNotFound from None


def sweep_files() -> int:
    """Delete the files that no picture has named for a day; how many."""
    return sweep_unnamed(KIND, lambda: {key for row in db.session.execute(_KEYS) for key in row})


_KEYS = select(Picture.storage_key, Picture.thumbnail_key)


def _signature(compound_id: UUID, picture_id: UUID, variant: str, until: int) -> str:
    return lookup_hash("picture", f"{compound_id}/{picture_id}/{variant}/{until}").hex()


def _of(subject_ids: Collection[UUID], compound_id: UUID, kind: str) -> Select[Picture]:
    return (
        select(Picture)
        .where(Picture.compound_id == compound_id, Picture.kind == kind, Picture.subject_id.in_(subject_ids))
        .order_by(Picture.subject_id, Picture.position)
    )
