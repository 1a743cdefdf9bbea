"""A city's own templates: used where they are there, and a broken one is named with its mistake."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, get_args, get_type_hints

import docx
import pytest

from app.meetings.documents.data import KIND_OF
from app.meetings.documents.errors import TemplateBroken
from app.meetings.documents.rendering import render
from tests.unit.meetings.documents import samples


def template(folder: Path, *paragraphs: str, name: str = "announcement.docx") -> Path:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(folder / name)
    return folder


def test_a_city_s_template_is_used_and_the_others_stay_the_program_s(tmp_path: Path):
    template(
        tmp_path, "某市格式：{{ meeting.title }}", "{%p for motion in motions %}", "{{ motion.title }}", "{%p endfor %}"
    )
    own = [one.text for one in docx.Document(BytesIO(render(samples.announcement(), tmp_path))).paragraphs]
    assert own == ["某市格式：2026年第一次业主大会", *samples.TITLES.values(), samples.ELECTION.title]
    assert render(samples.result(), tmp_path) == render(samples.result())


@pytest.mark.parametrize(
    ("paragraphs", "mistake"),
    [
        (["{{ meeting.titel }}"], "titel"),
        (["{{ metting.title }}"], "metting"),
        (["{{ meeting.title }"], "标记写法不对"),
        (["{%p for motion in motions %}", "{{ motion.title }}"], "标记写法不对"),
        (["{{ meeting.title | nosuchfilter }}"], "标记写法不对"),
        (["{{ ''.__class__.__mro__ }}"], "不允许"),
        (["{{ meeting.persons / 0 }}"], "ZeroDivisionError"),
    ],
)
def test_a_broken_template_is_named_with_its_mistake(paragraphs: list[str], mistake: str, tmp_path: Path):
    with pytest.raises(TemplateBroken) as refused:
        render(samples.announcement(), template(tmp_path, *paragraphs))
    assert refused.value.details["file"] == "announcement.docx"
    assert mistake in refused.value.details["mistake"]
    assert "“announcement.docx”有误" in refused.value.text


@pytest.mark.parametrize("content", [b"", b"not a docx", b"PK\x03\x04" + b"\0" * 50])
def test_a_template_that_is_no_word_document_is_said_to_be_none(content: bytes, tmp_path: Path):
    (tmp_path / "announcement.docx").write_bytes(content)
    with pytest.raises(TemplateBroken) as refused:
        render(samples.announcement(), tmp_path)
    assert "不是完整的 Word 文档" in refused.value.text


def variables(kind: type[Any]) -> Iterator[str]:
    """The fields of a document, and of what stands in it."""
    for field, hint in get_type_hints(kind).items():
        yield field
        for inner in (hint, *get_args(hint)):
            if is_dataclass(inner):
                yield from variables(inner)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KIND_OF)
def test_every_variable_stands_in_the_documents_page(kind: type[Any]):
    page = (Path(__file__).parents[4] / "docs" / "documents.md").read_text()
    assert [name for name in variables(kind) if f"`{name}`" not in page] == []
