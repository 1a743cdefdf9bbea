"""Filling templates in. Data and a template in, the bytes of a Word document out; the same data give the same bytes."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import segno
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from app.meetings.documents.data import KIND_OF, BallotSheets, Document
from app.meetings.documents.errors import TemplateBroken

OWN_TEMPLATES = Path(__file__).parent / "templates"
QR_WIDTH = Mm(28)
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # XML refuses, or docxtpl bends
_EPOCH = (1980, 1, 1, 0, 0, 0)


def render(document: Document, city_templates: Path | None = None) -> bytes:
    """The document as .docx, by the city's template where there is one. Raises TemplateBroken."""
    name = KIND_OF[type(document)].template
    path = template_path(name, city_templates)
    try:
        template = DocxTemplate(path)
        template.init_docx()
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        template.render(_context(document, template), environment)
        file = BytesIO()
        template.save(file)
    except Exception as error:
        if path.parent == OWN_TEMPLATES:
            raise
        raise TemplateBroken(file=name, mistake=_mistake(error)) from error
    return without_times(file)


def template_path(name: str, city_templates: Path | None) -> Path:
    """The city's own template, or else the program's."""
    if city_templates and (city_templates / name).is_file():
        return city_templates / name
    return OWN_TEMPLATES / name


def _context(document: Document, template: DocxTemplate) -> dict[str, Any]:
    context: dict[str, Any] = _plain(document)
    if isinstance(document, BallotSheets):
        for sheet in context["sheets"]:
            sheet["qr"] = InlineImage(template, _qr(sheet["sheet_id"]), width=QR_WIDTH)
    return context


def _plain(value: Any) -> Any:
    """Data classes as dictionaries, texts without what cannot be printed."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _qr(text: str) -> BytesIO:
    file = BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="png", scale=6, border=4)
    file.seek(0)
    return file


def _mistake(error: Exception) -> str:
    """What is wrong with a template, for the person who made it."""
    match error:
        case UndefinedError():
            return f"用了没有的变量（{error.message}）"
        case TemplateSyntaxError():
            return f"第 {error.lineno} 段附近的标记写法不对（{error.message}）"
        case SecurityError():
            return f"用了不允许的写法（{error.message}）"
        case PackageNotFoundError() | BadZipFile() | KeyError() | ValueError():
            return "它不是完整的 Word 文档（.docx），请用 Word 或 WPS 另存为 .docx"
        case XMLSyntaxError():
            return "填写后的内容不成文档，多半是循环或条件的标记没有成对，或者没有放在同一段、同一行里"
        case TemplateError():
            return f"标记写法不对（{error.message}）"
    return f"{type(error).__name__}：{error}"


def without_times(file: BytesIO) -> bytes:
    """The same archive without the time of its making."""
    packed = BytesIO()
    with ZipFile(file) as source, ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return packed.getvalue()
