"""Photographs, encoded anew: only the picture is kept, nothing that the camera wrote beside it.

EXIF (place, time, device, its own small preview), comments, colour profiles and whatever hangs behind the last byte are
gone. Sizes are in bytes, edges in pixels.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from app.core.errors import Invalid
from app.core.files import FileDamaged, FileType, check_file

LONGEST_EDGE = 2048
THUMBNAIL_EDGE = 480
QUALITY = 85


class NotAPicture(Invalid):
    code = "not_a_picture"
    message = "只能上传 JPG 或 PNG 格式的照片。"


@dataclass(frozen=True)
class Photograph:
    """A photograph as JPEG, and a small one of it."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def photograph(content: bytes, limit_mb: int) -> Photograph:
    """The photograph in a JPEG or PNG file, upright, at most 2048 pixels wide and high.

    Raises NotAPicture and what `core.files.check_file` raises, before more than a header of a bomb is decoded.
    """
    if check_file(content, limit_mb) is FileType.PDF:
        raise NotAPicture
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as opened:
            opened.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # JPEG: decodes no more than is kept
            picture = _on_white(ImageOps.exif_transpose(opened))
    except Exception:  # Pillow raises OSError, SyntaxError, ValueError, struct.error ... on bad pictures
        raise FileDamaged from None
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    width, height = picture.size
    whole = _encoded(picture)
    picture.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    return Photograph(whole, _encoded(picture), width, height)


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture without transparency, and without anything but its pixels."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGB", layer.size, "white")
    white.paste(layer, mask=layer.getchannel("A"))
    return white


def _encoded(picture: Image.Image) -> bytes:
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    file = BytesIO()
    bare.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
