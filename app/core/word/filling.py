"""Filling templates in. Data and a template in, the bytes of a Word document out; the same data give the same bytes."""

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

import segno
from docx.shared import Length, Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
QR_WIDTH: Final = Mm(28)
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # XML refuses, or docxtpl bends
_EPOCH = (1980, 1, 1, 0, 0, 0)


def fill(path: Path, context: Callable[[DocxTemplate], dict[str, Any]]) -> bytes:
    """The template with what `context` makes for it; a variable that is missing, or unsafe, is an error."""
    template = DocxTemplate(path)
    template.init_docx()
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    template.render(context(template), environment)
    file = BytesIO()
    template.save(file)
    return without_times(file)


def plain(value: Any) -> Any:
    """Data classes as dictionaries, texts without what cannot be printed."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def qr(template: DocxTemplate, text: str, width: Length = QR_WIDTH) -> InlineImage:
    """A QR code as a picture of the template."""
    file = BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="png", scale=6, border=4)
    file.seek(0)
    return InlineImage(template, file, width=width)


def without_times(file: BytesIO) -> bytes:
    """The same archive without the time of its making."""
    packed = BytesIO()
    with ZipFile(file) as source, ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return packed.getvalue()
