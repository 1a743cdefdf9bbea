"""Grids and building groups from a spreadsheet: a row puts a building into one, with who answers for it.

A grid of the community: columns 社区, 小区 and 网格, and as wanted 楼栋, 网格员 and 手机号, beside those of the tree.
A group of a branch that serves the compound: 社区, 小区, 支部 and 楼栋党小组, and 楼栋, 组长 and 手机号. An empty cell
under a filled one repeats it, but for the building: without one all of the compound's are meant. One wrong row stops
the file.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.compounds.areas import acts
from app.compounds.areas.acts import Leader
from app.compounds.doors import building_key
from app.compounds.models import Building
from app.core.db import db
from app.org import importing, queries
from app.org.branches import reads as branches
from app.org.errors import NodeNotFound, NotATree
from app.org.models import Area, AreaKind, OrgKind, OrgUnit

_PLACE: Final[Mapping[str, str]] = {
    "社区": "community",
    "村居": "community",
    "小区": "compound",
    "小区名称": "compound",
    "楼栋": "building",
    "楼号": "building",
    "手机号": "phone",
}


@dataclass(frozen=True)
class Sheet:
    """What a file of a kind has: its columns by their titles, and those that every row fills or repeats."""

    kind: AreaKind
    columns: Mapping[str, str]
    needed: Mapping[str, str]

    @property
    def repeated(self) -> tuple[str, ...]:
        """The columns in which an empty cell repeats the one above."""
        return (*self.needed, "leader", "phone")


GRIDS: Final = Sheet(
    AreaKind.GRID,
    {
        **_PLACE,
        "网格": "area",
        "网格名称": "area",
        "网格员": "leader",
        "网格员姓名": "leader",
        "网格员手机号": "phone",
    },
    {"community": "社区", "compound": "小区", "area": "网格"},
)
GROUPS: Final = Sheet(
    AreaKind.BUILDING_GROUP,
    {
        **_PLACE,
        "支部": "branch",
        "党支部": "branch",
        "楼栋党小组": "area",
        "党小组": "area",
        "组长": "leader",
        "组长姓名": "leader",
        "组长手机号": "phone",
    },
    {"community": "社区", "compound": "小区", "branch": "支部", "area": "楼栋党小组"},
)
_MOBILE: Final = re.compile(r"1\d{10}")


@dataclass
class Outcome:
    """How many were made and were there, and how many buildings were put into one."""

    made: int = 0
    there: int = 0
    buildings: int = 0


@dataclass
class _Named:
    """What a file says of a grid or group: who answers for it, and its buildings by compound."""

    leader: Leader | None = None
    buildings: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))


_Areas = dict[tuple[UUID, str], _Named]
"""By whose it is, a community's or a branch's, and its name."""


def load(content: bytes, below: UUID, operator: str, sheet: Sheet = GRIDS) -> Outcome:
    """Make what grids or groups a file names in the communities at or below a node, and give them their buildings.

    One that is there gets the buildings that the file names in a compound, in place of those it had there.
    Raises NodeNotFound, NotATree, which names the rows.
    """
    if db.session.get(OrgUnit, below) is None:
        raise NodeNotFound(id=str(below))
    compounds = _compounds(below)
    areas: _Areas = defaultdict(_Named)
    wrong: list[str] = []
    for number, row in _rows(content, sheet):
        problem = _read(row, sheet, compounds, areas)
        if problem:
            wrong.append(f"第 {number} 行：{problem}")
    there = {key: _there(sheet.kind, *key) for key in areas}
    for key, area in areas.items():
        if not there[key] and area.leader is None:
            wrong.append(f"{sheet.kind.chinese}“{key[1]}”：没有填写{sheet.kind.leader}和手机号")
    if wrong:
        raise NotATree(rows=wrong[: importing.SHOWN], more=max(len(wrong) - importing.SHOWN, 0))
    outcome = Outcome(made=sum(not one for one in there.values()), there=sum(map(bool, there.values())))
    for key, area in areas.items():
        outcome.buildings += acts.put(sheet.kind, *key, there[key], area.leader, area.buildings, operator)
    return outcome


def _there(kind: AreaKind, owner_id: UUID, name: str) -> UUID | None:
    found = select(Area.id).where(acts.owner_of(kind) == owner_id, Area.name == name, Area.ended_at.is_(None))
    return db.session.scalar(found)


def _rows(content: bytes, sheet: Sheet) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row that says something, by column, with its number."""
    rows = importing.rows_of(content)
    columns, begin = _header(rows, sheet)
    above: dict[str, str] = {}
    for number, row in enumerate(rows[begin:], begin + 1):
        cells = {name: importing.text_of(row[place]) if place < len(row) else "" for place, name in columns.items()}
        if not any(cells.values()):
            continue
        if any(cells[name] for name in sheet.needed if name != "compound"):  # another's worker is not this one's
            above = {name: text for name, text in above.items() if name not in ("leader", "phone")}
        above |= {name: cells[name] for name in sheet.repeated if cells.get(name)}
        yield number, {**above, "building": cells.get("building", "")}


def _header(rows: Sequence[Sequence[object]], sheet: Sheet) -> tuple[dict[int, str], int]:
    for place, row in enumerate(rows[: importing.HEADER_WITHIN]):
        names = {column: sheet.columns.get(importing.text_of(cell)) for column, cell in enumerate(row)}
        columns = {column: name for column, name in names.items() if name}
        if set(sheet.needed) <= set(columns.values()) and len(set(columns.values())) == len(columns):
            return columns, place + 1
    titles = "".join(f"“{title}”" for title in sheet.needed.values())
    raise NotATree(rows=[f"没有找到表头，应当有{titles}各一列"], more=0)


def _compounds(below: UUID) -> Mapping[tuple[str, str], tuple[UUID, UUID]]:
    """(community, compound) of every compound at or below a node, by the names of both; none of what is there twice."""
    community = aliased(OrgUnit)
    ids = [one.id for one in queries.compounds_below([below], importing.MOST_ROWS)]
    found = db.session.execute(
        select(community.name, OrgUnit.name, community.id, OrgUnit.id)
        .join(community, community.id == OrgUnit.parent_id)
        .where(OrgUnit.id.in_(ids), OrgUnit.ended_at.is_(None), community.kind == OrgKind.COMMUNITY)
    )
    named: dict[tuple[str, str], list[tuple[UUID, UUID]]] = defaultdict(list)
    for community_name, name, community_id, compound_id in found:
        named[community_name, name].append((community_id, compound_id))
    return {names: places[0] for names, places in named.items() if len(places) == 1}


def _read(
    row: Mapping[str, str], sheet: Sheet, compounds: Mapping[tuple[str, str], tuple[UUID, UUID]], areas: _Areas
) -> str | None:
    """Note what a row says; what is wrong with it, if anything."""
    if not all(row.get(name) for name in sheet.needed):
        *titles, last = sheet.needed.values()
        return f"{'、'.join(titles)}和{last}都要填写"
    place = compounds.get((row["community"], row["compound"]))
    if place is None:
        return f"没有找到“{row['community']}”的“{row['compound']}”，或者有两个同名的"
    if len(row["area"]) > importing.LONGEST_NAME:
        return f"名称超过 {importing.LONGEST_NAME} 个字"
    community_id, compound_id = place
    owner_id = community_id if sheet.kind is AreaKind.GRID else branches.serving(compound_id, row["branch"])
    if owner_id is None:
        return f"“{row['compound']}”没有名叫“{row['branch']}”的支部，请先成立支部"
    area = areas[owner_id, row["area"]]
    if row.get("leader") or row.get("phone"):
        if not row.get("leader") or not _MOBILE.fullmatch(row.get("phone", "")):
            return f"{sheet.kind.leader}的姓名和 11 位手机号都要填写"
        area.leader = Leader(row["leader"], row["phone"])
    known = db.session.execute(select(Building.id, Building.name).where(Building.compound_id == compound_id)).all()
    wanted = row["building"]
    meant = {one for one, name in known if not wanted or building_key(name) == building_key(wanted)}
    if not meant:
        return f"“{row['compound']}”的名册里没有“{wanted or '楼栋'}”，请先导入名册"
    area.buildings[compound_id] |= meant
    return None
