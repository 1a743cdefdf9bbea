"""The tree from a spreadsheet (组织架构导入): a row names a node by all above it; what there is not yet is added.

A dry run says what would be added; one row that cannot be read stops the whole file. Nothing is moved or ended by it.
"""

import io
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from app.core.db import db
from app.org import service
from app.org.errors import NodeEnded, NodeNotFound, NotATree
from app.org.models import OrgKind, OrgUnit

HEADERS: Final[Mapping[str, OrgKind]] = {
    "市": OrgKind.CITY,
    "地市": OrgKind.CITY,
    "区县": OrgKind.COUNTY,
    "县": OrgKind.COUNTY,
    "区": OrgKind.COUNTY,
    "县(市、区)": OrgKind.COUNTY,
    "街道": OrgKind.STREET,
    "乡镇": OrgKind.STREET,
    "镇街": OrgKind.STREET,
    "街道(乡镇)": OrgKind.STREET,
    "社区": OrgKind.COMMUNITY,
    "村居": OrgKind.COMMUNITY,
    "社区(村)": OrgKind.COMMUNITY,
    "小区": OrgKind.COMPOUND,
    "小区名称": OrgKind.COMPOUND,
}
HEADER_WITHIN: Final = 10
"""Rows within which the header must stand."""
LONGEST_NAME: Final = 60
MOST_ROWS: Final = 100_000
SHOWN: Final = 20

Path = tuple[tuple[OrgKind, str], ...]


@dataclass
class Outcome:
    """How many nodes of each kind were added, and how many of the file's were there."""

    added: Counter[OrgKind] = field(default_factory=Counter)
    there: Counter[OrgKind] = field(default_factory=Counter)


def paths_in(content: bytes) -> Iterator[Path]:
    """The nodes that a file's first sheet names, each from the top down. An empty cell under a filled one repeats it.

    Raises NotATree, which names the rows.
    """
    rows = rows_of(content)
    columns, begin = _header(rows)
    above: dict[OrgKind, str] = {}
    wrong: list[str] = []
    for number, row in enumerate(rows[begin:], begin + 1):
        cells = {kind: text_of(row[place]) if place < len(row) else "" for place, kind in columns.items()}
        named = [kind for kind in OrgKind if cells.get(kind)]
        if not named:
            continue
        first = list(OrgKind).index(named[0])
        above = {kind: name for kind, name in above.items() if list(OrgKind).index(kind) < first}
        above |= {kind: cells[kind] for kind in named}
        path = tuple((kind, above[kind]) for kind in OrgKind if kind in above)
        levels = [kind for kind in OrgKind if kind in columns.values()]
        if [kind for kind, _ in path] != levels[: len(path)]:
            wrong.append(f"第 {number} 行：{named[-1].chinese}的上级没有填写")
        elif any(len(name) > LONGEST_NAME for _, name in path):
            wrong.append(f"第 {number} 行：名称超过 {LONGEST_NAME} 个字")
        else:
            yield path
    if wrong:
        raise NotATree(rows=wrong[:SHOWN], more=max(len(wrong) - SHOWN, 0))


def load(content: bytes, below: UUID | None, operator: str) -> Outcome:
    """Add what a file names and what is not there yet, below a node or at the top, in the caller's transaction.

    Raises NotATree, NodeNotFound, NodeEnded.
    """
    top = db.session.get(OrgUnit, below) if below else None
    if below and top is None:
        raise NodeNotFound(id=str(below))
    if top and top.ended_at:
        raise NodeEnded(name=top.name)
    service.lock_tree()
    outcome, known = Outcome(), dict[Path, UUID]()
    for path in list(paths_in(content)):
        if top and service.LEVELS.index(path[0][0]) <= service.LEVELS.index(OrgKind(top.kind)):
            raise NotATree(rows=[f"{path[0][0].chinese}不能放在{OrgKind(top.kind).chinese}之下"], more=0)
        parent = below
        for length in range(1, len(path) + 1):
            parent = _node(path[:length], parent, known, outcome, operator)
    return outcome


def _node(path: Path, parent: UUID | None, known: dict[Path, UUID], outcome: Outcome, operator: str) -> UUID:
    if path in known:
        return known[path]
    kind, name = path[-1]
    found = service.child_of(parent, kind, name)
    (outcome.there if found else outcome.added)[kind] += 1
    known[path] = found.id if found else service.add_unit(kind, name, parent, operator).id
    return known[path]


def rows_of(content: bytes) -> Sequence[Sequence[object]]:
    """The cells of a file's first sheet. Raises NotATree."""
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        if sheet.height > MOST_ROWS:
            raise NotATree(rows=[f"超过 {MOST_ROWS} 行"], more=0)
        return sheet.to_python(skip_empty_area=False)
    except (CalamineError, PasswordError, IndexError, OSError) as error:
        raise NotATree(rows=["无法作为 Excel 文件打开"], more=0) from error


def _header(rows: Sequence[Sequence[object]]) -> tuple[dict[int, OrgKind], int]:
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        columns = {column: HEADERS[name] for column, cell in enumerate(row) if (name := text_of(cell)) in HEADERS}
        if columns and len(set(columns.values())) == len(columns):
            return columns, place + 1
    raise NotATree(rows=["没有找到表头，应当有“街道”“社区”“小区”等列，每一级一列"], more=0)


def text_of(cell: object) -> str:
    """A cell as text: full-width signs made narrow, no blanks."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "")
    return "".join(unicodedata.normalize("NFKC", text).split())
