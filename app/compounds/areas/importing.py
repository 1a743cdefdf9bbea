"""Grids from a spreadsheet (网格导入): a row puts a building into a grid of its community, with who answers for it.

The columns 社区, 小区 and 网格, and as wanted 楼栋, 网格员 and 手机号, beside those of the tree. An empty cell under a
filled one repeats it, but for the building: without one all of the compound's are meant. One wrong row stops the file.
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
from app.org.errors import NodeNotFound, NotATree
from app.org.models import Area, OrgKind, OrgUnit

COLUMNS: Final[Mapping[str, str]] = {
    "社区": "community",
    "村居": "community",
    "小区": "compound",
    "小区名称": "compound",
    "网格": "grid",
    "网格名称": "grid",
    "楼栋": "building",
    "楼号": "building",
    "网格员": "leader",
    "网格员姓名": "leader",
    "手机号": "phone",
    "网格员手机号": "phone",
}
NEEDED: Final = ("community", "compound", "grid")
REPEATED: Final = (*NEEDED, "leader", "phone")
_MOBILE: Final = re.compile(r"1\d{10}")


@dataclass
class Outcome:
    """How many grids were made and were there, and how many buildings were put into one."""

    made: int = 0
    there: int = 0
    buildings: int = 0


@dataclass
class _Grid:
    """What a file says of a grid: who answers for it, and its buildings by compound."""

    leader: Leader | None = None
    buildings: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))


def load(content: bytes, below: UUID, operator: str) -> Outcome:
    """Make what grids a file names in the communities at or below a node, and give them their buildings.

    A grid that is there gets the buildings that the file names in a compound, in place of those it had there.
    Raises NodeNotFound, NotATree, which names the rows.
    """
    if db.session.get(OrgUnit, below) is None:
        raise NodeNotFound(id=str(below))
    compounds = _compounds(below)
    grids: dict[tuple[UUID, str], _Grid] = defaultdict(_Grid)
    wrong: list[str] = []
    for number, row in _rows(content):
        problem = _read(row, compounds, grids)
        if problem:
            wrong.append(f"第 {number} 行：{problem}")
    there = {key: _there(*key) for key in grids}
    for (community_id, name), grid in grids.items():
        if not there[community_id, name] and grid.leader is None:
            wrong.append(f"网格“{name}”：没有填写网格员和手机号")
    if wrong:
        raise NotATree(rows=wrong[: importing.SHOWN], more=max(len(wrong) - importing.SHOWN, 0))
    outcome = Outcome(made=sum(not one for one in there.values()), there=sum(map(bool, there.values())))
    for (community_id, name), grid in grids.items():
        area_id = there[community_id, name]
        outcome.buildings += acts.put(community_id, area_id, name, grid.leader, grid.buildings, operator)
    return outcome


def _there(community_id: UUID, name: str) -> UUID | None:
    found = select(Area.id).where(Area.community_id == community_id, Area.name == name, Area.ended_at.is_(None))
    return db.session.scalar(found)


def _rows(content: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row that says something, by column, with its number."""
    rows = importing.rows_of(content)
    columns, begin = _header(rows)
    above: dict[str, str] = {}
    for number, row in enumerate(rows[begin:], begin + 1):
        cells = {name: importing.text_of(row[place]) if place < len(row) else "" for place, name in columns.items()}
        if not any(cells.values()):
            continue
        if cells["grid"] or cells["community"]:  # another grid's worker is not this one's
            above = {name: text for name, text in above.items() if name not in ("leader", "phone")}
        above |= {name: cells[name] for name in REPEATED if cells.get(name)}
        yield number, {**above, "building": cells.get("building", "")}


def _header(rows: Sequence[Sequence[object]]) -> tuple[dict[int, str], int]:
    for place, row in enumerate(rows[: importing.HEADER_WITHIN]):
        names = {column: COLUMNS.get(importing.text_of(cell)) for column, cell in enumerate(row)}
        columns = {column: name for column, name in names.items() if name}
        if set(NEEDED) <= set(columns.values()) and len(set(columns.values())) == len(columns):
            return columns, place + 1
    raise NotATree(rows=["没有找到表头，应当有“社区”“小区”“网格”各一列"], more=0)


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
    row: Mapping[str, str],
    compounds: Mapping[tuple[str, str], tuple[UUID, UUID]],
    grids: Mapping[tuple[UUID, str], _Grid],
) -> str | None:
    """Note what a row says; what is wrong with it, if anything."""
    if not all(row.get(name) for name in NEEDED):
        return "社区、小区和网格都要填写"
    place = compounds.get((row["community"], row["compound"]))
    if place is None:
        return f"没有找到“{row['community']}”的“{row['compound']}”，或者有两个同名的"
    if len(row["grid"]) > importing.LONGEST_NAME:
        return f"名称超过 {importing.LONGEST_NAME} 个字"
    community_id, compound_id = place
    grid = grids[community_id, row["grid"]]
    if row.get("leader") or row.get("phone"):
        if not row.get("leader") or not _MOBILE.fullmatch(row.get("phone", "")):
            return "网格员的姓名和 11 位手机号都要填写"
        grid.leader = Leader(row["leader"], row["phone"])
    known = db.session.execute(select(Building.id, Building.name).where(Building.compound_id == compound_id)).all()
    wanted = row["building"]
    meant = {one for one, name in known if not wanted or building_key(name) == building_key(wanted)}
    if not meant:
        return f"“{row['compound']}”的名册里没有“{wanted or '楼栋'}”，请先导入名册"
    grid.buildings[compound_id] |= meant
    return None
