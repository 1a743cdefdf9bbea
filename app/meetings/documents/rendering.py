"""Filling templates in. Data and a template in, the bytes of a Word document out; the same data give the same bytes."""

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError, TemplateError
from lxml.etree import XMLSyntaxError

from app.core.word.filling import fill, plain, qr
from app.meetings.documents.data import KIND_OF, BallotSheets, Document, ResultAnnouncement
from app.meetings.documents.errors import TemplateBroken

OWN_TEMPLATES = Path(__file__).parent / "templates"


def render(document: Document, city_templates: Path | None = None) -> bytes:
    """The document as .docx, by the city's template where there is one. Raises TemplateBroken."""
    name = KIND_OF[type(document)].template
    path = template_path(name, city_templates)
    try:
        return fill(path, lambda template: _context(document, template))
    except Exception as error:
        if path.parent == OWN_TEMPLATES:
            raise
        raise TemplateBroken(file=name, mistake=_mistake(error)) from error


def template_path(name: str, city_templates: Path | None) -> Path:
    """The city's own template, or else the program's."""
    if city_templates and (city_templates / name).is_file():
        return city_templates / name
    return OWN_TEMPLATES / name


def _context(document: Document, template: DocxTemplate) -> dict[str, Any]:
    context: dict[str, Any] = plain(document)
    if isinstance(document, BallotSheets):
        for sheet in context["sheets"]:
            sheet["qr"] = qr(template, sheet["sheet_id"])
    if isinstance(document, ResultAnnouncement):
        context["qr"] = qr(template, document.address) if document.address else ""
    return context


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
