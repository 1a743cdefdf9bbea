"""Usual lines, read at a glance: never in another way than the long one."""

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.compounds.errors import NotARollFile
from app.compounds.persons import check_character
from app.compounds.roll_columns import find_header
from app.compounds.roll_findings import Findings
from app.compounds.roll_glance import Glance
from app.compounds.roll_lines import Lines
from app.compounds.roll_sheets import open_sheets
from tests.support import roll_files
from tests.support.roll_files import HEADER, ID_1, ID_2, ROW, TODAY, row, workbook

CHILD = "41010120120303003"
COLUMNS: dict[str, list[Any]] = {
    "序号": [1, "", "合计：5"],
    "楼栋": ["1栋", "1栋", "2", 1, True, "", "合计", "'1栋"],
    "单元": ["1单元", "一单元", 2, "", "无", "小计"],
    "房号": ["101", "102", 103, 104.0, "105室", "", "1-1-106", "１０７", date(2026, 3, 5), "A101"],
    "用途": ["住宅", "住宅", "", "教堂"],
    "建筑面积(㎡)": [89.57, 89.57, 90, 1, True, "89.57", "", 89.575, 0, "约90", "100㎡", 1e9],
    "面积来源": ["登记", "测绘", "听说", ""],
    "业主姓名": [
        "演示甲",
        "演示甲、演示乙",
        "演示甲、演示甲",
        "",
        "无",
        "未售",
        "演示甲等3人",
        "演 示",
        "长" * 61,
        "ＡＢ",
        5,
    ],
    "证件号码": [
        ID_1,
        ID_2,
        f"{ID_1}、{ID_2}",
        "",
        CHILD + check_character(CHILD),
        ID_1[:-1] + "Y",
        f" {ID_1}",
        "E12345678",
        "1E1234",
    ],
    "手机号": [
        "13900010001",
        13900010002.0,
        "13900010001、13900010002",
        "",
        "0371-65551234",
        "139000",
        "+8613900010001",
        True,
    ],
    "产权份额": ["", "", "1/2、1/2", "1", "1/2", "共同共有", "一半"],
    "开发商持有": ["", "否", "是", "部分", 1, True],
    "产权面积": ["", 90.1, "x"],
}
USUAL = {name: cells[0] for name, cells in COLUMNS.items()}


@st.composite
def sheets(draw: st.DrawFn) -> list[Sequence[Any]]:
    """A header with most of the columns, and rows of which a few cells are unusual."""
    names = [name for name in COLUMNS if draw(st.integers(0, 9))]
    rows = []
    for place in range(draw(st.integers(1, 8))):
        cells = USUAL | {"房号": str(101 + place)}
        for name in draw(st.lists(st.sampled_from(names or ["房号"]), max_size=3)):
            cells[name] = draw(st.sampled_from(COLUMNS[name]))
        rows.append([cells[name] for name in names])
    return [names, *rows]


def outcome(content: bytes) -> Any:
    try:
        units, _, reader = roll_files.read(content)
    except NotARollFile as refusal:
        return refusal.details
    return units, reader.findings


@settings(max_examples=80, deadline=None)
@given(sheets())
def test_a_glance_reads_nothing_in_another_way_than_the_long_one(rows: list[Sequence[Any]]):
    content = workbook(rows)
    at_a_glance = outcome(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Glance, "unit", lambda *_: None)
        assert at_a_glance == outcome(content)


def glanced(*rows: Sequence[Any], header: Sequence[str] = HEADER, merges: Sequence[str] = ()) -> list[bool]:
    """Which of the rows are read at a glance."""
    (sheet,) = open_sheets("名册.xlsx", workbook([header, *rows], merges=merges)).sheets
    found = find_header(list(islice(sheet.rows(), 2)))
    assert found is not None
    lines = Lines(sheet, found, Findings())
    glance = Glance(lines, TODAY)
    return [glance.unit(line) is not None for line in lines]


def test_usual_lines_are_read_at_a_glance():
    two = row(room=102, owner="演示甲、演示乙", id_number=f"{ID_1}、{ID_2}", phone="13900010001、13900010002")
    assert glanced(ROW, two, row(room="103", id_number="", phone=13900010003.0)) == [True, True, True]


def test_a_line_under_a_merged_cell_or_in_a_sheet_of_whole_doors_is_not():
    assert glanced(ROW, row(building="", room="102"), merges=["A2:A3"]) == [True, False]
    assert glanced(("3-2-501", *ROW[1:]), header=("房屋坐落", *HEADER[1:])) == [False]
