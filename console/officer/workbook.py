"""A node's figures as an Excel workbook."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from app.statistics.measures import Measure
from app.statistics.queries import Figure, Months, Part

HIDDEN = "少于5人，不显示"
NAME_WIDTH, FIGURE_WIDTH = 28, 18


def of(node: Months, parts: Sequence[Part], month: date) -> bytes:
    """The bytes of the workbook: the parts in the month (where there are any), and the months up to it."""
    book = Workbook(write_only=False)
    book.remove(book.active)
    titles = [measure.chinese for measure in Measure]
    if parts:
        _sheet(book, f"{month:%Y-%m}", ["单位", *titles], [[part.name, *_cells(part.figures)] for part in parts])
    rows = [[f"{one.month:%Y-%m}", *_cells(one.figures)] for one in node.months]
    _sheet(book, "按月", [f"月份（{node.name}）", *titles], rows)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(figures: Sequence[Figure]) -> list[int | str]:
    return [HIDDEN if figure.total is None else figure.total for figure in figures]


def _sheet(book: Workbook, title: str, head: list[str], rows: list[list[int | str]]) -> None:
    sheet = book.create_sheet(title)
    sheet.append(head)
    for row in rows:
        sheet.append([f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@" else cell for cell in row])
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[cell.column_letter].width = FIGURE_WIDTH
    sheet.column_dimensions["A"].width = NAME_WIDTH
    sheet.freeze_panes = "B2"
