"""Files that are no rolls, and doubtful cells in files that are."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.compounds import roll_sheets
from app.compounds.errors import NotARollFile
from app.compounds.persons import check_character
from app.compounds.roll_findings import KINDS
from tests.support.roll_files import HEADER, ID_1, ID_2, ROW, read, read_rows, row, saved, text_file, workbook


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return stream.getvalue()


def with_sheet(xml: Callable[[bytes], bytes]) -> bytes:
    """A usual workbook whose sheet has been rewritten."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([HEADER, ROW]))) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.infolist():
            content = source.read(part)
            target.writestr(part.filename, xml(content) if "worksheets/" in part.filename else content)
    return stream.getvalue()


def one_cell(reference: str) -> bytes:
    book = Workbook()
    book.active.append(HEADER)
    book.active[reference] = "x"
    return saved(book)


WHOLE = workbook([HEADER, ROW])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("file_name", "content", "kind"),
    [
        ("名册.xlsx", b"", "empty"),
        ("名册.xlsx", workbook([]), "empty"),
        ("名册.pdf", b"%PDF-1.7", "wrong_type"),
        ("名册.docx", archive(**{"word/document.xml": b"<x/>"}), "wrong_type"),
        ("名册.xls", OLE, "old_excel"),
        ("名册.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("名册.xlsx", b"PK\x03\x04" + bytes(100), "damaged"),
        ("名册.xlsx", workbook([HEADER, ROW])[:-200], "damaged"),
        ("名册.xlsx", archive(**{"xl/workbook.xml": b"<broken"}), "damaged"),
        ("名册.csv", b"\x00\x01\x02\x00", "wrong_type"),
        ("名册.csv", b"\xff\xff\xff", "wrong_type"),
        ("名册.xlsx", workbook([["说明"], ["请勿外传"]]), "no_header"),
        ("名册.csv", "说明\n请勿外传".encode(), "no_header"),
        ("名册.xlsx", workbook([["楼栋", "房号", "业主姓名"], ["1", "101", "甲某"]]), "no_area"),
        ("名册.xlsx", workbook([HEADER]), "no_rows"),
        ("名册.xlsx", workbook([HEADER, ["合计", "", "", 5]]), "no_rows"),
        ("名册.xlsx", one_cell("XFD1"), "too_large"),
        ("名册.xlsx", one_cell("BA2"), "too_large"),
        ("名册.xlsx", one_cell("A200001"), "too_large"),
        ("名册.csv", b"\n" * 300_000, "too_large"),
    ],
)
def test_a_file_that_is_no_roll_is_refused_in_one_sentence(file_name: str, content: bytes, kind: str):
    with pytest.raises(NotARollFile) as refusal:
        read(content, file_name)
    assert refusal.value.details["kind"] == kind
    assert refusal.value.text.endswith("。")


def test_a_file_over_30_mb_is_refused():
    with pytest.raises(NotARollFile) as refusal:
        read(b"x" * (roll_sheets.SIZE_LIMIT + 1), "名册.csv")
    assert refusal.value.details["kind"] == "too_large"


def test_a_file_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(roll_sheets, "UNPACKED_LIMIT", 10_000)
    with pytest.raises(NotARollFile) as refusal:
        read(workbook([HEADER, *[ROW] * 10]))
    assert refusal.value.details["kind"] == "too_large"


def test_far_formatted_cells_without_content_do_no_harm():
    content = with_sheet(lambda xml: xml.replace(b"</row></sheetData>", b'<c r="XFD2" s="0"/></row></sheetData>'))
    assert len(read(content)[0]) == 1


def test_a_far_cell_is_found_behind_any_spelling():
    for cell in (b"<c r='XFD2' t=\"str\"><v>x</v></c>", b'<c s="0" r="XFD2"><v>1</v></c>'):
        content = with_sheet(lambda xml, cell=cell: xml.replace(b"</row></sheetData>", cell + b"</row></sheetData>"))
        with pytest.raises(NotARollFile):
            read(content)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_but_never_crashes(data: st.DataObject):
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(bytes(content))
    except NotARollFile as refusal:
        assert refusal.text  # noqa: PT017 -- either outcome is right


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(
            *[
                st.sampled_from(["", "1栋", "501", "/", "合计", "1-2-3", "89.57", "张三、李四", "是", "1/2"])
                | st.text(max_size=8)
            ]
            * 8
        ),
        max_size=8,
    )
)
def test_whatever_the_cells_say_every_line_is_read_or_told_of(rows: list[tuple[str, ...]]):
    content = text_file([(*HEADER, "份额"), *rows], "utf-8")
    try:
        units, kinds, _ = read(content, "名册.csv")
    except NotARollFile:
        return
    assert set(kinds) <= set(KINDS)
    assert all(unit.room and (unit.area_register_centi or 0) > 0 for unit in units)


def cells(**changes: Any) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """The usual row and header with changes; other columns than the usual ones are added."""
    usual = {name: changes.pop(name) for name in [*changes] if name.isascii()}
    return (*row(**usual), *changes.values()), (*HEADER, *changes)


@pytest.mark.parametrize(
    ("changed", "kind", "column"),
    [
        (cells(building=""), "building_missing", "A"),
        (cells(room=""), "room_missing", "C"),
        (cells(room=date(2026, 3, 5)), "room_is_date", "C"),
        (cells(area=""), "area_missing", "D"),
        (cells(area="约90"), "area_unreadable", "D"),
        (cells(area=0), "area_not_positive", "D"),
        (cells(area=100000.01), "area_absurd", "D"),
        (cells(area=89.575), "area_rounded", "D"),
        (cells(面积来源="听说"), "source_unknown", "H"),
        (cells(用途="教堂"), "use_unknown", "H"),
        (cells(未售="部分"), "developer_unclear", "H"),
        (cells(owner="", id_number="", phone=""), "owner_missing", "E"),
        (cells(owner="长" * 61, id_number=""), "owner_too_long", "E"),
        (cells(owner="演示业主甲等2人"), "owner_and_others", "E"),
        (cells(owner="演示甲、演示甲", id_number="", phone=""), "owner_twice", "E"),
        (cells(id_number=4.10101199001010e17), "id_number_lost", "F"),
        (cells(id_number="4.10101E+17"), "id_number_lost", "F"),
        (cells(id_number=ID_1[:-1] + ("0" if ID_1[-1] != "0" else "1")), "id_number_wrong", "F"),
        (cells(id_number="123"), "id_number_form", "F"),
        (cells(owner="演示甲、演示乙", phone=""), "id_number_count", "F"),
        (cells(id_number="41010120160101001" + check_character("41010120160101001")), "minor", "F"),
        (cells(phone="1.39E+10"), "phone_lost", "G"),
        (cells(phone="0371-65551234"), "phone_landline", "G"),
        (cells(phone="1390001000"), "phone_form", "G"),
        (cells(owner="演示甲、演示乙", id_number=""), "phone_first_only", "G"),
        (cells(owner="演示甲、演示乙、演示丙", id_number="", phone="13900010001、13900010002"), "phone_count", "G"),
        (cells(份额="一半"), "share_unreadable", "H"),
        (cells(owner="演示甲、演示乙", id_number="", phone="", 份额="1/2、1/4、1/4"), "share_count", "H"),
        (cells(owner="演示甲、演示乙", id_number="", phone="", 份额="1/2、1/4"), "share_sum", "H"),
        (cells(owner="甲某、乙某、丙某", id_number="", phone="", 份额="33.33%、33.33%、33.33%"), "share_nearly", "H"),
    ],
)
def test_a_doubtful_cell_is_found_where_it_is(changed: tuple[tuple[Any, ...], tuple[str, ...]], kind: str, column: str):
    cells, header = changed
    _, _, reader = read(workbook([["名册"], header, cells]))
    found = [
        (finding.kind, finding.sheet, finding.row, finding.column, finding.severity) for finding in reader.findings.kept
    ]
    assert found == [(kind, "Sheet1", 3, column, KINDS[kind].severity)]


def test_findings_show_no_personal_data():
    wrong = ID_2[:-1] + ("0" if ID_2[-1] != "0" else "1")
    _, _, reader = read(workbook([HEADER, row(owner="演示业主甲等2人", id_number=wrong, phone="139000100012")]))
    told = "".join(finding.what for finding in reader.findings.kept)
    assert len(reader.findings.kept) == 3
    assert not any(secret in told for secret in ("演示业主甲", wrong, "139000100012", "1390001000"))


def test_the_first_of_many_equal_findings_are_kept_and_all_are_counted():
    _, _, reader = read(workbook([HEADER, *(row(room=str(room), phone="座机") for room in range(300))]))
    assert (len(reader.findings.kept), reader.findings.by_kind["phone_form"]) == (200, 300)


def test_a_phone_of_one_of_two_owners_goes_to_the_first():
    units, _ = read_rows(row(owner="演示甲、演示乙", id_number=""))
    assert [owner.phone for owner in units[0].owners] == ["13900010001", None]
