"""A roll file read as units: pure, streaming, in the order of the file.

reader = RollReader("业主名册.xlsx", content, today)
for unit in reader.units(): ...
reader.findings
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from app.compounds.doors import Door, building_key, building_name, room_name, split_door, stairwell_name
from app.compounds.roll_columns import AREAS, HEADER_WITHIN, Column, Header, find_header
from app.compounds.roll_findings import Findings, Severity
from app.compounds.roll_glance import Glance
from app.compounds.roll_lines import Line, Lines, letter
from app.compounds.roll_owners import OwnersReader
from app.compounds.roll_sheets import Sheet, open_sheets, refusal
from app.compounds.roll_units import RollUnit
from app.compounds.roll_values import area_of, area_source_of, held_by_developer, is_moment, text_of, use_of
from app.core.progress import Progress

PROGRESS_EVERY = 200
_SHOWN = 20


class RollReader:
    """One uploaded file. Opening it raises NotARollFile where it is none; `findings` fill while `units` runs."""

    def __init__(self, file_name: str, content: bytes, today: date) -> None:
        self.findings = Findings()
        self._today = today
        self._sheets: list[tuple[Sheet, Header]] = []
        self._headers: dict[str, Header] = {}
        self._seen: dict[tuple[str, str, str], tuple[str, int, int]] = {}
        self._find_headers(file_name, content)
        self.rows = sum(sheet.height for sheet, _ in self._sheets)

    def _find_headers(self, file_name: str, content: bytes) -> None:
        opened = open_sheets(file_name, content)
        for name in opened.hidden:
            self.findings.add("sheet_hidden", name)
        for sheet in opened.sheets:
            header = find_header(list(islice(sheet.rows(), HEADER_WITHIN)), sheet.first_column)
            if header is None:
                self.findings.add("sheet_skipped", sheet.name)
            elif not header.has_area:
                raise refusal("no_area")
            else:
                self._sheets.append((sheet, header))
                self._headers[sheet.name] = header
        if not self._sheets:
            raise refusal("no_header" if opened.sheets else "empty")

    def column(self, sheet: str, column: Column) -> tuple[str, str]:
        """Excel's letter and the header of a column of a sheet; empty where it has none."""
        places = self._headers[sheet].places.get(column)
        return (letter(places[0]), self._headers[sheet].names[places[0]]) if places else ("", "")

    def units(self, progress: Progress | None = None) -> Iterator[RollUnit]:
        """The units without errors, each once. Raises NotARollFile where there is not even a doubtful one.

        progress(done, total) counts rows.
        """
        before, any_unit = 0, False
        while self._sheets:
            sheet, header = self._sheets.pop(0)
            lines = Lines(sheet, header, self.findings)
            for unit in _SheetReader(lines, self._today).units():
                if progress and unit.row % PROGRESS_EVERY == 0:
                    progress(before + unit.row, self.rows)
                if self._is_new(unit, lines):
                    any_unit = True
                    yield unit
            before += sheet.height
        if progress:
            progress(self.rows, self.rows)
        if not any_unit and not self.findings.count(Severity.ERROR):
            raise refusal("no_rows")

    def _is_new(self, unit: RollUnit, lines: Lines) -> bool:
        """Whether the unit has not been there; the same again is noted, another version of it is an error."""
        door = (building_key(unit.building), unit.stairwell, unit.room)
        found = (unit.sheet, unit.row, unit.fingerprint())
        sheet, row, earlier = known = self._seen.setdefault(door, found)
        if known is found:
            return True
        place = lines.place(Column.ROOM) or lines.place(Column.DOOR)
        if earlier == found[2]:
            lines.add("same_unit_again", unit.row, place, row=row)
        else:
            lines.add("same_unit_differs", unit.row, place, sheet=sheet, row=row)
        return False


class _SheetReader:
    """Reads the lines of one sheet: a unit may go over several, one for each of its co-owners."""

    def __init__(self, lines: Lines, today: date) -> None:
        self._lines = lines
        self._owners = OwnersReader(lines, today)
        self._glance = Glance(lines, today)
        self._place = {column: lines.place(column) for column in Column}
        self._areas = [(column, lines.place(column)) for column in AREAS if lines.place(column) is not None]
        self._doors = [
            place
            for column in (Column.BUILDING, Column.STAIRWELL, Column.ROOM, Column.DOOR)
            if (place := self._place[column]) is not None
        ]
        self._building = self._stairwell = ""
        self._filled_down: list[int] = []
        self._broken = False

    def units(self) -> Iterator[RollUnit]:
        unit: RollUnit | None = None
        for line in self._lines:
            usual = self._glance.unit(line)
            if usual is None:
                if self._lines.passes_over(line):
                    continue
                if unit is not None and self._continues(line):
                    unit.owners += self._owners.read(line)[0]
                    continue
            if unit is not None and self._finish(unit):
                yield unit
            unit = self._take(usual) if usual else self._start(line)
        if unit is not None and self._finish(unit):
            yield unit
        if self._filled_down:
            first, number = self._filled_down[0], len(self._filled_down)
            self._lines.add("filled_down", first, self._place[Column.BUILDING], number=number, value=self._building)

    def _take(self, usual: RollUnit) -> RollUnit:
        """What the long way would leave behind of a usual line."""
        self._broken = False
        self._building, self._stairwell = usual.building, usual.stairwell
        return usual

    def _continues(self, line: Line) -> bool:
        """Whether the line gives another owner of the unit above: its room is merged, or only its owner is filled."""
        room = self._place[Column.ROOM] if self._place[Column.ROOM] is not None else self._place[Column.DOOR]
        if room in line.filled:
            return True
        return not any(text_of(line.cells[place]) for place in self._doors if place not in line.filled) and not any(
            self._text(line, column) for column, _ in self._areas
        )

    def _start(self, line: Line) -> RollUnit | None:
        """The unit that begins here; None where the line is none."""
        self._broken = False
        door = self._door(line)
        if door is None:
            return None
        unit = RollUnit(self._lines.sheet.name, line.number + 1, *door)
        self._read_use(line, unit)
        self._read_areas(line, unit)
        unit.owners, unsold = self._owners.read(line)
        self._read_developer(line, unit, unsold)
        return unit

    def _finish(self, unit: RollUnit) -> bool:
        """Complete the unit; whether it can be imported."""
        if unit.owners:
            unit.owners = self._owners.whole_unit(unit.owners, unit.row)
        elif not unit.held_by_developer:
            self._lines.add("owner_missing", unit.row, self._place[Column.OWNER])
        return not self._broken

    def _fail(self, kind: str, line: Line, column: Column, **facts: str | int) -> None:
        self._broken = True
        self._lines.add(kind, line, self._place[column], **facts)

    def _text(self, line: Line, column: Column) -> str:
        place = self._place[column]
        return "" if place is None else text_of(line.cells[place])

    def _door(self, line: Line) -> Door | None:
        place = self._place[Column.ROOM]
        room = self._text(line, Column.ROOM)
        if place is not None and is_moment(line.cells[place]):
            self._fail("room_is_date", line, Column.ROOM)
            return Door(self._building, self._stairwell, room)
        if not room:
            return self._whole_door(line)
        building = self._text(line, Column.BUILDING)
        if not building and self._place[Column.BUILDING] is None:
            return self._door_in_room(line, room)
        if building:
            self._building = building_name(building)
            self._stairwell = stairwell_name(self._text(line, Column.STAIRWELL))
        elif self._building:
            self._filled_down.append(line.number + 1)
            self._stairwell = stairwell_name(self._text(line, Column.STAIRWELL)) or self._stairwell
        else:
            self._fail("building_missing", line, Column.BUILDING)
        return Door(self._building, self._stairwell, room_name(room, self._building, self._stairwell))

    def _whole_door(self, line: Line) -> Door | None:
        """The door from a column like 房屋坐落; None where the line holds no unit at all."""
        text = self._text(line, Column.DOOR)
        if text:
            if door := split_door(text):
                return door
            self._fail("door_unclear", line, Column.DOOR, value=text[:_SHOWN])
        elif any(self._text(line, column) for column in (Column.OWNER, *AREAS)):
            self._fail("room_missing", line, Column.ROOM if self._place[Column.ROOM] is not None else Column.DOOR)
        else:
            self._lines.add("line_skipped", line)
            return None
        return Door("", "", "")

    def _door_in_room(self, line: Line, room: str) -> Door:
        """The door where there is no column for the building: "3-2-501", or the sheet is named after its building."""
        sheet_name = self._lines.sheet.name
        stairwell = stairwell_name(self._text(line, Column.STAIRWELL))
        door, building = split_door(room), building_name(sheet_name)
        if door and (door.stairwell or stairwell):
            return door._replace(stairwell=door.stairwell or stairwell)
        if building_key(building) != building:
            before = stairwell_name(building_key(door.building)) if door else stairwell
            return Door(building, before, door.room if door else room_name(room, building, stairwell))
        if door:
            return door
        self._fail("building_missing", line, Column.ROOM)
        return Door("", stairwell, room)

    def _read_use(self, line: Line, unit: RollUnit) -> None:
        text = self._text(line, Column.USE)
        if text:
            unit.use = use_of(text)
            if unit.use is None:
                self._fail("use_unknown", line, Column.USE, value=text[:_SHOWN])

    def _read_areas(self, line: Line, unit: RollUnit) -> None:
        found: dict[Column, int] = {}
        any_text = False
        for column, place in self._areas:
            assert place is not None
            if not (text := text_of(line.cells[place])):
                continue
            any_text = True
            area = area_of(line.cells[place])
            if area.centi is None:
                self._fail(area.problem, line, column, value=text[:_SHOWN])
                continue
            if area.rounded:
                self._lines.add("area_rounded", line, place, value=text[:_SHOWN], area=f"{area.centi / 100:.2f}")
            found.setdefault(self._source(line) if column is Column.AREA else column, area.centi)
        if not any_text:
            self._fail("area_missing", line, self._areas[0][0])
        unit.area_register_centi = found.get(Column.AREA_REGISTER)
        unit.area_survey_centi = found.get(Column.AREA_SURVEY)
        unit.area_contract_centi = found.get(Column.AREA_CONTRACT)

    def _source(self, line: Line) -> Column:
        """Which figure the plain area column gives: what the source column says, else the register's."""
        text = self._text(line, Column.AREA_SOURCE)
        source = area_source_of(text) if text else Column.AREA_REGISTER
        if source is None:
            self._fail("source_unknown", line, Column.AREA_SOURCE, value=text[:_SHOWN])
        return source or Column.AREA_REGISTER

    def _read_developer(self, line: Line, unit: RollUnit, unsold: bool) -> None:
        for column in (Column.DEVELOPER, Column.SOLD):
            if self._place[column] is None:
                continue
            text = self._text(line, column)
            held = held_by_developer(text, column)
            if held is None:
                self._fail("developer_unclear", line, column, value=text[:_SHOWN])
            unit.held_by_developer = bool(held or unit.held_by_developer)
        if unsold:
            unit.held_by_developer = True
