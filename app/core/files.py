"""What an uploaded file is, judged by its content and never by its name; and a name that is safe to show.

Known are PDF, JPEG and PNG. A file is read to its end, so that a truncated one is found when it is uploaded and not
when somebody wants to read it. Sizes are in bytes.
"""

import re
import unicodedata
from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath

from PIL import Image

from app.core.errors import Invalid

Image.MAX_IMAGE_PIXELS = None  # Pillow would only warn; `_check_picture` refuses by MAX_PIXELS before decoding
MAX_PIXELS = 50_000_000
NAME_LENGTH = 120
_TAIL = 2048


class FileType(StrEnum):
    """A media type that is accepted."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def extensions(self) -> tuple[str, ...]:
        """The endings of its names, the usual one first."""
        return {FileType.PDF: (".pdf",), FileType.JPEG: (".jpg", ".jpeg"), FileType.PNG: (".png",)}[self]


class FileEmpty(Invalid):
    code = "file_empty"
    message = "这个文件是空的，请重新选择文件。"


class FileTooLarge(Invalid):
    """`limit_mb` is what is allowed, in MB (2^20 bytes)."""

    code = "file_too_large"
    message = "文件超过 {limit_mb} MB，请压缩或拆分后再上传。"


class FileTypeRefused(Invalid):
    """The content is neither PDF nor JPEG nor PNG, whatever the name says."""

    code = "file_type_refused"
    message = "只能上传 PDF、JPG 或 PNG 文件。文件的实际内容不是这几种，改文件名没有用，请另存为 PDF 后再上传。"


class FileDamaged(Invalid):
    code = "file_damaged"
    message = "文件已损坏或不完整，请在电脑上确认能打开，再重新上传。"


class FileLocked(Invalid):
    code = "file_locked"
    message = "这个 PDF 设有密码，业主无法查看。请取消密码后再上传。"


class PictureTooLarge(Invalid):
    """More pixels than anybody needs, and than a server should decode."""

    code = "picture_too_large"
    message = "图片尺寸太大（超过 5000 万像素），请缩小后再上传。"


_MAGIC = {b"%PDF-": FileType.PDF, b"\xff\xd8\xff": FileType.JPEG, b"\x89PNG\r\n\x1a\n": FileType.PNG}


def check_file(content: bytes, limit_mb: int) -> FileType:
    """The type of a file that is whole.

    Raises FileEmpty, FileTooLarge, FileTypeRefused, FileDamaged, FileLocked, PictureTooLarge.
    """
    if not content:
        raise FileEmpty
    if len(content) > limit_mb * 1024 * 1024:
        raise FileTooLarge(limit_mb=limit_mb)
    file_type = next((known for magic, known in _MAGIC.items() if content.startswith(magic)), None)
    if file_type is None:
        raise FileTypeRefused
    if file_type is FileType.PDF:
        _check_pdf(content)
    else:
        _check_picture(content)
    return file_type


def _check_picture(content: bytes) -> None:
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureTooLarge
            picture.draft("RGB", (picture.width // 8, picture.height // 8))  # JPEG: read all, decode small
            picture.load()
    except PictureTooLarge:
        raise
    except Exception:  # Pillow raises OSError, SyntaxError, ValueError, EOFError, struct.error ... on bad pictures
        raise FileDamaged from None


def _check_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-_TAIL:] or b"startxref" not in content[-_TAIL:]:
        raise FileDamaged
    from pypdf import PdfReader  # a fifth of a second, that no process spends at its start

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileLocked
        if not len(reader.pages) or reader.pages[0].mediabox.width <= 0:
            raise FileDamaged
    except (FileLocked, FileDamaged):
        raise
    except Exception:  # pypdf raises its own, and lets through what Python raises on nonsense, RecursionError too
        raise FileDamaged from None


def safe_name(name: str, file_type: FileType) -> str:
    """A file's name for display: no folders, no control or direction characters, and the ending of its true type."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] not in "CZ" or letter == " ")
    name = re.sub(r'[<>:"|?*%]', "_", name).strip(" .")
    stem, ending = PurePosixPath(name or "附件").stem, PurePosixPath(name).suffix.lower()
    if ending not in file_type.extensions:
        stem, ending = name or "附件", file_type.extensions[0]
    return stem[: NAME_LENGTH - len(ending)].rstrip(" .") + ending
