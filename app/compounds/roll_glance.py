"""The usual line of a roll, read at a glance: one door, its area, owners with right numbers, and nothing doubtful.

Most lines of most rolls are such lines, and most of their words have stood above already. Whatever is not quite usual
goes the long way (`roll_file`), which knows everything and tells what is doubtful. A glance tells nothing, and reads
nothing in another way than the long one would.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from app.compounds.doors import building_name, stairwell_name
from app.compounds.models import UnitUse
from app.compounds.persons import has_right_check, is_mobile, is_plain, of_age_on
from app.compounds.roll_columns import AREAS, Column
from app.compounds.roll_lines import TOTAL_SIGN, TOTAL_WITHIN, Line, Lines
from app.compounds.roll_owners import NAME_LIMIT
from app.compounds.roll_sheets import Cell
from app.compounds.roll_units import RollOwner, RollUnit
from app.compounds.roll_values import (
    area_of,
    area_source_of,
    developer_as_owner,
    held_by_developer,
    means_nothing,
    shares_of,
    text_of,
    use_of,
)

REMEMBERED = 20_000
"""How many different cells of a column are remembered with what they mean."""

Meaning = TypeVar("Meaning")


class _Doubtful(Exception):
    """Not to be decided at a glance."""


def _sure(meaning: Meaning | None) -> Meaning:
    if meaning is None:
        raise _Doubtful
    return meaning


def _use(text: str) -> UnitUse | None:
    return _sure(use_of(text)) if text else None


def _source(text: str) -> Column:
    return _sure(area_source_of(text)) if text else Column.AREA_REGISTER


_WORDS: Mapping[Column, Callable[[str], Any]] = {
    Column.BUILDING: lambda text: building_name(_sure(text or None)),
    Column.STAIRWELL: stairwell_name,
    Column.USE: _use,
    Column.AREA_SOURCE: _source,
    Column.SHARE: lambda text: _sure(shares_of(text)),
    Column.DEVELOPER: lambda text: _sure(held_by_developer(text, Column.DEVELOPER)),
    Column.SOLD: lambda text: _sure(held_by_developer(text, Column.SOLD)),
}
"""What a text in a column means, where it says one of a few things."""


class _Meanings(dict[Cell, Any]):
    """What the cells of a column mean, each worked out once. No cell is True or False: these are as keys 1 and 0."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self._read = _WORDS.get(column)

    def __missing__(self, cell: Cell) -> Any:
        text = text_of(cell)
        if TOTAL_SIGN in text:
            raise _Doubtful
        meaning = self._read(text) if self._read else _area(text, cell)
        if len(self) < REMEMBERED:
            self[cell] = meaning
        return meaning


def _area(text: str, cell: Cell) -> int | None:
    """The area in 0.01 m²; None where none is said."""
    if not text:
        return None
    area = area_of(cell)
    return _sure(None if area.rounded else area.centi)


class Glance:
    """Reads the usual lines of one sheet."""

    def __init__(self, lines: Lines, today: date) -> None:
        self._sheet = lines.sheet.name
        self._today = today
        self._adults: set[str] = set()
        place = {column: place for column in Column if (place := lines.place(column)) is not None}
        self._room, self._name = place.get(Column.ROOM, 0), place.get(Column.OWNER)
        self._id_number, self._phone = place.get(Column.ID_NUMBER), place.get(Column.PHONE)
        self._words = [(column, place[column], _Meanings(column)) for column in _WORDS if column in place]
        self._areas = [(column, place[column], _Meanings(column)) for column in AREAS if column in place]
        self._held = [column for column in (Column.DEVELOPER, Column.SOLD) if column in place]
        self._unknown = sorted(set(range(TOTAL_WITHIN)) - set(place.values()))
        self._is_usual_sheet = (
            {Column.BUILDING, Column.ROOM} <= place.keys()
            and Column.DOOR not in place
            and len(lines.places(Column.OWNER)) == 1
        )

    def unit(self, line: Line) -> RollUnit | None:
        """The unit of a usual line, which has nothing to be told of; None for any other line."""
        if not self._is_usual_sheet or line.filled or bool in map(type, line.cells):
            return None
        try:
            return self._unit(line.number + 1, line.cells)
        except _Doubtful:
            return None

    def _unit(self, row: int, cells: Sequence[Cell]) -> RollUnit:
        if self._unknown and any(TOTAL_SIGN in text_of(cells[place]) for place in self._unknown):
            raise _Doubtful
        said = {column: meanings[cells[place]] for column, place, meanings in self._words}
        areas = self._areas_said(cells, said.get(Column.AREA_SOURCE, Column.AREA_REGISTER))
        return RollUnit(
            self._sheet,
            row,
            said[Column.BUILDING],
            said.get(Column.STAIRWELL, ""),
            _room(cells[self._room]),
            said.get(Column.USE),
            areas.get(Column.AREA_REGISTER),
            areas.get(Column.AREA_SURVEY),
            areas.get(Column.AREA_CONTRACT),
            True in map(said.get, self._held) if self._held else None,
            self._owners(cells, said.get(Column.SHARE)),
        )

    def _areas_said(self, cells: Sequence[Cell], source: Column) -> dict[Column, int]:
        """The areas by what they are of, at least one; `source`: what the plain area column gives."""
        found: dict[Column, int] = {}
        for column, place, meanings in self._areas:
            if (centi := meanings[cells[place]]) is not None:
                found.setdefault(source if column is Column.AREA else column, centi)
        if not found:
            raise _Doubtful
        return found

    def _owners(self, cells: Sequence[Cell], shares: Sequence[Fraction] | None) -> list[RollOwner]:
        names = [_name(part) for part in _parts(cells, self._name)]
        if not names:
            raise _Doubtful
        numbers = [self._citizen(part) for part in _parts(cells, self._id_number)]
        phones = [_mobile(part) for part in _parts(cells, self._phone)]
        count = len(names)
        return list(map(RollOwner, names, _each(count, numbers), _each(count, phones), _each(count, shares)))

    def _citizen(self, number: str) -> str:
        """The number of a citizen who is of age."""
        if not has_right_check(number):
            raise _Doubtful
        birthday = number[6:14]
        if birthday not in self._adults:
            if self._today < _sure(of_age_on(number)):
                raise _Doubtful
            self._adults.add(birthday)
        return number


def _parts(cells: Sequence[Cell], place: int | None) -> list[str]:
    """What a cell says of each owner, where "、" is between them; any other sign will do for none of them."""
    cell = "" if place is None else cells[place]
    if cell == "":
        return []
    return (cell if isinstance(cell, str) else text_of(cell)).split("、")


def _each(count: int, said: Sequence[Meaning] | None) -> Sequence[Meaning | None]:
    """Something for each owner, or nothing for any."""
    if not said:
        return [None] * count
    if len(said) != count:
        raise _Doubtful
    return said


def _name(text: str) -> str:
    if not is_plain(text) or len(text) > NAME_LIMIT or "等" in text or TOTAL_SIGN in text:
        raise _Doubtful
    if means_nothing(text) or developer_as_owner(text):
        raise _Doubtful
    return text


def _mobile(text: str) -> str:
    if not is_mobile(text):
        raise _Doubtful
    return text


def _room(cell: Cell) -> str:
    text = cell if isinstance(cell, str) else text_of(cell)
    if not (text.isascii() and text.isdecimal()):
        raise _Doubtful
    return text
