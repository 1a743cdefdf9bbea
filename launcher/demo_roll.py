"""A roll for demonstrations: an invented compound, written as the workbook that a property office would hand in.

Everything in it is plainly invented: owners are called 演示业主0001, phones are 139 0001 0001 and on, and ID numbers
carry a right check character but a serial that counts. The areas add up to a given total to the last 0.01 m².
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from app.compounds.persons import check_character

HEADER = (
    "楼栋",
    "单元",
    "房号",
    "用途",
    "建筑面积(㎡)",
    "面积来源",
    "业主姓名",
    "证件号码",
    "手机号",
    "产权份额",
    "开发商持有",
)
WIDTHS = (10, 10, 10, 8, 14, 10, 28, 42, 26, 12, 12)
ROOMS_A_FLOOR = 2
STAIRWELLS_A_BUILDING = 2
FLOORS_AT_LEAST = 6
BUILDINGS_AT_MOST = 50
SMALLEST_CENTI, LARGEST_CENTI = 6000, 18000
MEAN_CENTI = 13650
EARLIEST_BIRTHDAY = date(1950, 1, 1)
BIRTHDAYS = 18000


@dataclass(frozen=True)
class DemoOwner:
    """An invented person."""

    name: str
    id_number: str
    phone: str


@dataclass(frozen=True)
class DemoUnit:
    """A flat of the invented compound; area in 0.01 m². No owners: the developer still holds it."""

    building: str
    stairwell: str
    room: str
    area_centi: int
    owners: Sequence[DemoOwner] = field(default=())

    def cells(self) -> tuple[str | float, ...]:
        """The row of the workbook, in the order of HEADER."""
        number = len(self.owners)
        return (
            self.building,
            self.stairwell,
            self.room,
            "住宅",
            self.area_centi / 100,
            "登记",
            "、".join(owner.name for owner in self.owners),
            "、".join(owner.id_number for owner in self.owners),
            "、".join(owner.phone for owner in self.owners),
            "、".join([f"1/{number}"] * number) if number > 1 else "",
            "" if self.owners else "是",
        )


def demo_units(
    units: int,
    seed: int = 0,
    total_area_centi: int | None = None,
    phones: Sequence[str] | None = None,
    co_owned_percent: int = 10,
    developer_units: int = 0,
) -> list[DemoUnit]:
    """An invented compound of so many flats, the same for the same arguments.

    total_area_centi  what the areas add up to, in 0.01 m²; left out: some 136.50 m² a flat
    phones            phones of the owners in order; left out or used up: 139 0001 0001 and on
    co_owned_percent  how many flats of a hundred belong to two people
    developer_units   how many of the last flats nobody has bought yet
    """
    chance = random.Random(seed)  # noqa: S311 -- invented data
    areas = _areas(units, total_area_centi if total_area_centi is not None else units * MEAN_CENTI, chance)
    people = _people(phones or ())
    sold = units - developer_units
    return [
        DemoUnit(
            *door,
            area,
            tuple(next(people) for _ in range(1 + (chance.randrange(100) < co_owned_percent)))
            if position < sold
            else (),
        )
        for position, (door, area) in enumerate(zip(_doors(units), areas, strict=True))
    ]


def write_roll(
    path: Path,
    units: int,
    seed: int = 0,
    total_area_centi: int | None = None,
    phones: Sequence[str] | None = None,
    co_owned_percent: int = 10,
    developer_units: int = 0,
) -> list[DemoUnit]:
    """Write the workbook of `demo_units` with the same arguments, and return these."""
    rows = demo_units(units, seed, total_area_centi, phones, co_owned_percent, developer_units)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("业主名册")
    for column, width in zip("ABCDEFGHIJK", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    title = WriteOnlyCell(sheet, "演示小区业主名册（虚构数据）")
    title.font, title.alignment = Font(bold=True, size=14), Alignment(horizontal="left")
    sheet.append([title])
    sheet.append(HEADER)
    for unit in rows:
        sheet.append(unit.cells())
    book.save(path)
    return rows


def _doors(units: int) -> Iterator[tuple[str, str, str]]:
    """(building, stairwell, room), filling buildings of equal height."""
    floors = max(FLOORS_AT_LEAST, -(-units // (BUILDINGS_AT_MOST * STAIRWELLS_A_BUILDING * ROOMS_A_FLOOR)))
    for position in range(units):
        rest, room = divmod(position, ROOMS_A_FLOOR)
        rest, floor = divmod(rest, floors)
        building, stairwell = divmod(rest, STAIRWELLS_A_BUILDING)
        yield f"{building + 1}栋", f"{stairwell + 1}单元", f"{floor + 1}{room + 1:02}"


def _areas(units: int, total: int, chance: random.Random) -> list[int]:
    """Areas in 0.01 m² that add up to the total exactly, none of them zero.

    Raises ValueError where the total leaves less than 0.01 m² for some unit.
    """
    if not units or total < units:
        raise ValueError("the total area is too small for so many units")
    weights = [chance.randint(SMALLEST_CENTI, LARGEST_CENTI) for _ in range(units)]
    spread, whole = total - units, sum(weights)
    ends = [0]
    for weight in weights:
        ends.append(ends[-1] + weight)
    return [1 + spread * end // whole - spread * start // whole for start, end in pairwise(ends)]


def _people(phones: Sequence[str]) -> Iterator[DemoOwner]:
    number = 0
    while True:
        number += 1
        born = EARLIEST_BIRTHDAY + timedelta(days=number * 7919 % BIRTHDAYS)
        head = f"410101{born:%Y%m%d}{1 + number // BIRTHDAYS:03}"
        yield DemoOwner(
            name=f"演示业主{number:04}",
            id_number=head + check_character(head),
            phone=phones[number - 1] if number <= len(phones) else f"139{10000 + number:08}",
        )
