"""Opening an uploaded file as sheets of cells: .xlsx through calamine, .csv as the offices' programs write it.

Nothing here knows what a roll is. Row and column numbers count from 0.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from app.compounds.errors import NotARollFile

Cell = str | int | float | bool | date | datetime | time | timedelta
Merge = tuple[tuple[int, int], tuple[int, int]]

SIZE_LIMIT = 30 * 1024 * 1024
UNPACKED_LIMIT = 500 * 1024 * 1024
PARTS_LIMIT = 2000
ROWS_LIMIT = 200_000
COLUMNS_LIMIT = 52

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
# A cell with content beyond column AZ or row 200,000: calamine would lay out everything up to it in memory.
# Quickly, with what is near (up to AZ99999) set aside first, and then exactly:
_FAR = re.compile(rb"r=[\"'](?!A?[A-Z]?\d{1,5}[\"'])(?:[A-Z]{0,3}(?:[2-9]\d{5}|\d{7})|(?:[B-Z][A-Z]|[A-Z]{3})\d)")
_FAR_CELL = re.compile(
    rb"<(?:\w+:)?c [^>]*?\br=[\"'](?:(?:[B-Z][A-Z]|[A-Z]{3})\d+|[A-Z]+(?:[2-9]\d{5}|\d{7,}))[\"'][^>]*(?<!/)>"
)
_FAR_ROW = re.compile(
    rb"<(?:\w+:)?row [^>]*?\br=[\"'](?:[2-9]\d{5}|\d{7,})[\"'][^>]*(?<!/)>\s*<(?:\w+:)?c(?![^>]*\br=)"
)
_CHUNK, _OVERLAP = 1 << 20, 1 << 10


@dataclass
class Sheet:
    """One visible sheet. `first_column` is the place of the first cell of each row; `merges` are ranges, ends included.

    `rows` can be called once; it gives every row from the first, empty ones too.
    """

    name: str
    height: int
    first_column: int
    merges: Sequence[Merge]
    rows: Callable[[], Iterator[Sequence[Cell]]]


@dataclass
class Opened:
    """What a file holds: the sheets to read, and the names of those that its author has hidden."""

    sheets: list[Sheet]
    hidden: list[str]


def open_sheets(file_name: str, content: bytes) -> Opened:
    """The visible sheets of an uploaded .xlsx or .csv file. Raises NotARollFile."""
    if not content:
        raise refusal("empty")
    if len(content) > SIZE_LIMIT:
        raise refusal("too_large")
    if content.startswith(_ZIP):
        return _open_workbook(content)
    if content.startswith(_OLE):
        raise refusal("encrypted" if _ENCRYPTED_PART in content else "old_excel")
    if not file_name.lower().endswith((".csv", ".txt")):
        raise refusal("wrong_type")
    return Opened([_open_text(content)], [])


_REASONS = {
    "empty": "文件是空的。请打开表格确认里面有内容，保存后重新上传。",
    "too_large": "文件超过 30 MB 或行列过多（最多 20 万行、52 列）。请删去照片和无关的工作表，或按楼栋分成几份。",
    "encrypted": "文件设有打开密码。请在 Excel 里用“另存为”取消密码，再重新上传。",
    "old_excel": "这是旧版 Excel（.xls）文件。请用 Excel 或 WPS 打开，“另存为”选择“.xlsx”，再重新上传。",
    "wrong_type": "只能导入 Excel 表格（.xlsx）或 .csv 文件。请用 Excel 或 WPS 打开后另存为“.xlsx”，再重新上传。",
    "damaged": "文件已损坏，打不开。请用 Excel 或 WPS 打开原表，另存一份“.xlsx”，再重新上传。",
    "no_header": "没有找到表头。表格里要有一行写明“楼栋、单元、房号、建筑面积、业主姓名”等列名，请补上后重新上传。",
    "no_area": "表头里没有“建筑面积”这一列。面积决定投票权数，请补上这一列后重新上传。",
    "no_rows": "表头下面没有房屋。请确认名册内容在表头下面的各行，保存后重新上传。",
}


def refusal(kind: str) -> NotARollFile:
    """The error that names why a file as a whole is refused."""
    return NotARollFile(kind=kind, reason=_REASONS[kind])


def _open_workbook(content: bytes) -> Opened:
    _guard(content)
    opened = Opened([], [])
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for position, about in enumerate(book.sheets_metadata):
                if about.typ is not SheetTypeEnum.WorkSheet:
                    continue
                if about.visible is not SheetVisibleEnum.Visible:
                    opened.hidden.append(about.name)
                    continue
                sheet = book.get_sheet_by_index(position)
                if sheet.start is not None:
                    opened.sheets.append(_sheet(sheet))
    except (CalamineError, ValueError, OSError) as error:
        raise refusal("damaged") from error
    return opened


def _sheet(sheet: CalamineSheet) -> Sheet:
    assert sheet.start is not None
    assert sheet.end is not None
    return Sheet(sheet.name, sheet.end[0] + 1, sheet.start[1], sheet.merged_cell_ranges or (), sheet.iter_rows)


def _guard(content: bytes) -> None:
    """Refuse what is no workbook, or would fill the memory once it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise refusal("encrypted")
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise refusal("wrong_type")
            if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > UNPACKED_LIMIT:
                raise refusal("too_large")
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and _has_far_cell(archive, part):
                    raise refusal("too_large")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError) as error:
        raise refusal("damaged") from error


def _has_far_cell(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as stream:
        before = b""
        while chunk := stream.read(_CHUNK):
            window = before + chunk
            if _FAR.search(window) and (_FAR_CELL.search(window) or _FAR_ROW.search(window)):
                return True
            before = window[-_OVERLAP:]
    return False


def _open_text(content: bytes) -> Sheet:
    text = _decoded(content)
    delimiter = max(",;\t", key=text[:20_000].count)
    height = text.count("\n") + 1
    if height > ROWS_LIMIT:
        raise refusal("too_large")
    return Sheet("", height, 0, (), lambda: _records(text, delimiter))


def _records(text: str, delimiter: str) -> Iterator[Sequence[Cell]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise refusal("damaged") from error


def _decoded(content: bytes) -> str:
    """Text of UTF-8 (with or without a mark), UTF-16 with a mark, or GB 18030."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise refusal("wrong_type")
