"""The rows of one sheet as lines to read: merged cells filled down, and what is no unit left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.compounds.roll_columns import Column, Header, column_of
from app.compounds.roll_findings import Findings
from app.compounds.roll_sheets import Cell, Sheet
from app.compounds.roll_values import text_of

TOTAL_SIGN, TOTAL_WITHIN = "计", 6
"""What is in every word for a total, and among how many cells from the left these are looked for."""

_TOTAL = re.compile(r"\S{0,8}?(?:合计|小计|总计|共计|累计)(?:[:：(（].*)?")


@dataclass(slots=True)
class Line:
    """A row under the header. `filled`: places whose value came down from a merged cell above."""

    number: int
    cells: Sequence[Cell]
    filled: frozenset[int] | set[int]


class Lines:
    """One sheet under its header, and where in it a finding is."""

    def __init__(self, sheet: Sheet, header: Header, findings: Findings) -> None:
        self.sheet = sheet
        self.header = header
        self._findings = findings
        self._first = sheet.first_column
        self._width = max(header.names) - self._first + 1
        self._known = sorted(place - self._first for place in header.names)
        self._name_of_room = {self.place(Column.ROOM), self.place(Column.DOOR)} - {None}
        self._merges = self._down_merges()
        self._open: dict[int, tuple[int, Cell]] = {}

    def places(self, column: Column) -> Sequence[int]:
        """Where in a line's cells the columns of a meaning are."""
        return [place - self._first for place in self.header.places.get(column, ())]

    def place(self, column: Column) -> int | None:
        """Where the first column of a meaning is, if there is one."""
        return next(iter(self.places(column)), None)

    def add(self, kind: str, line: Line | int, place: int | None = None, **facts: str | int) -> None:
        """Record a finding in a line (or row counted from 1) and, if given, a column."""
        row = line if isinstance(line, int) else line.number + 1
        if place is None:
            self._findings.add(kind, self.sheet.name, row, facts=facts)
        else:
            column = place + self._first
            header = self.header.names.get(column, "")
            self._findings.add(kind, self.sheet.name, row, letter(column), header, facts)

    def __iter__(self) -> Iterator[Line]:
        for number, row in enumerate(self.sheet.rows()):
            if number <= self.header.last_row:
                continue
            cells = row if len(row) >= self._width else [*row, *[""] * (self._width - len(row))]
            filled: set[int] | frozenset[int] = frozenset()
            if self._merges:
                cells = list(cells)
                filled = self._fill(number, cells)
            yield Line(number, cells, filled)

    def passes_over(self, line: Line) -> bool:
        """Whether the line is empty, or a total, of which is told, or the header again."""
        return self._is_empty(line) or self._is_total(line) or self._is_header_again(line)

    def _down_merges(self) -> dict[int, list[tuple[int, int]]]:
        """Ranges of rows that are merged, by place, the first one last."""
        merges: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _) in self.sheet.merges:
            if bottom > top and bottom > self.header.last_row and left - self._first in self._known:
                merges.setdefault(left - self._first, []).append((top, bottom))
        for ranges in merges.values():
            ranges.sort(reverse=True)
        return merges

    def _fill(self, number: int, cells: list[Cell]) -> set[int]:
        filled = set()
        for place, ranges in self._merges.items():
            while ranges and ranges[-1][0] < number:
                ranges.pop()
            if ranges and ranges[-1][0] == number:
                self._open[place] = (ranges.pop()[1], cells[place])
            elif place in self._open and number <= self._open[place][0] and cells[place] == "":
                cells[place] = self._open[place][1]
                filled.add(place)
        return filled

    def _is_empty(self, line: Line) -> bool:
        return not any(
            place not in line.filled and (cell := line.cells[place]) != "" and text_of(cell) for place in self._known
        )

    def _is_total(self, line: Line) -> bool:
        for cell in line.cells[:TOTAL_WITHIN]:
            if isinstance(cell, str) and TOTAL_SIGN in cell and _TOTAL.fullmatch("".join(cell.split())):
                self.add("total_skipped", line)
                return True
        return False

    def _is_header_again(self, line: Line) -> bool:
        """Whether the header is repeated here, as at the top of a printed page."""
        return any(
            isinstance(cell := line.cells[place], str)
            and not cell[:1].isdigit()
            and column_of(cell) in (Column.ROOM, Column.DOOR)
            for place in self._name_of_room
            if place is not None
        )


def letter(column: int) -> str:
    """Excel's letters of a column that counts from 0: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
