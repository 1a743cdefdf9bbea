"""Roll files as property offices have them: a clean one with one or the other mess made of it."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.compounds.persons import check_character
from app.compounds.roll_file import RollReader
from app.compounds.roll_units import RollUnit

TODAY = date(2026, 5, 1)
HEADER = ("楼栋", "单元", "房号", "建筑面积(㎡)", "业主姓名", "证件号码", "手机号")
ID_1, ID_2 = (head + check_character(head) for head in ("41010119900101001", "41010119850202002"))
ROW = ("1号楼", "1单元", "101", 89.57, "演示业主甲", ID_1, "13900010001")

Rows = Sequence[Sequence[Any]]


def workbook(
    *sheets: Rows,
    names: Sequence[str] = (),
    merges: Sequence[str] = (),
    also: Callable[[Worksheet], None] | None = None,
) -> bytes:
    """An .xlsx file with these sheets; `merges` and `also` are for the first."""
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(names[number] if number < len(names) else f"Sheet{number + 1}")
        for row in rows:
            sheet.append(list(row))
    for merge in merges:
        book.worksheets[0].merge_cells(merge)
    if also:
        also(book.worksheets[0])
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text_file(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A .csv file with these rows."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def row(**changes: Any) -> tuple[Any, ...]:
    """The usual row with some of its cells changed: building, stairwell, room, area, owner, id_number, phone."""
    names = ("building", "stairwell", "room", "area", "owner", "id_number", "phone")
    return tuple(changes.get(name, usual) for name, usual in zip(names, ROW, strict=True))


def read(content: bytes, file_name: str = "名册.xlsx") -> tuple[list[RollUnit], list[str], RollReader]:
    """The units, the kinds of findings and the reader of a file."""
    reader = RollReader(file_name, content, TODAY)
    units = list(reader.units())
    return units, [finding.kind for finding in reader.findings.kept], reader


def read_rows(*rows: Sequence[Any], header: Sequence[str] = HEADER, **options: Any) -> tuple[list[RollUnit], list[str]]:
    """The units and the kinds of findings of one sheet with the usual header."""
    units, kinds, _ = read(workbook([header, *rows], **options))
    return units, kinds


def with_column(name: str, *values: Any) -> dict[str, Any]:
    """Header and rows of the usual sheet with one more column; a row for each value, in rooms 101, 102, …"""
    rows = [(*row(room=str(101 + place)), value) for place, value in enumerate(values)]
    return {"header": (*HEADER, name), "rows": rows}


def doors(units: Sequence[RollUnit]) -> list[tuple[str, str, str]]:
    return [(unit.building, unit.stairwell, unit.room) for unit in units]


def names(units: Sequence[RollUnit]) -> list[list[str]]:
    return [[owner.name for owner in unit.owners] for unit in units]


SUBSTITUTIONS: Mapping[int, int] = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}


def full_width(text: str) -> str:
    """The digits as full-width ones."""
    return text.translate(SUBSTITUTIONS)
