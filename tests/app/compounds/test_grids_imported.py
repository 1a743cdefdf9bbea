"""Grids and building groups from a spreadsheet: with their buildings and leaders, or nothing where a row is wrong."""

from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.compounds.areas import importing, reads
from app.core.audit import AuditEvent
from app.core.db import db
from app.identity.actor import Actor
from app.org.branches import acts as branches
from app.org.branches import members
from app.org.errors import NotATree
from app.org.models import Area, AreaKind, BranchKind
from tests.app.org.test_tree import sheet
from tests.support.phones import fresh_number
from tests.support.world import World

HEADER = ("社区", "小区", "网格", "楼栋", "网格员", "手机号")
ROWS = (
    ("测试社区", "测试小区", "第一网格", "1号楼", "周网格", "13900000501"),
    (None, None, None, "2栋", None, None),
    (None, None, "第二网格", "3栋", "吴网格", "13900000502"),
    (None, "乙小区", None, None, None, None),
)


@pytest.fixture
def built(world: World) -> World:
    """A world with three buildings, and one next door."""
    with world.together():
        neighbour = world.add_compound("乙小区")
        for number in range(1, 4):
            world.building(f"{number}栋")
        world.building("1栋", neighbour)
    return world


def shown(world: World, kind: AreaKind = AreaKind.GRID) -> list[tuple[str, str | None, list[str], int]]:
    found = reads.areas_of(Actor(world.supervisor.account_id), world.compound, kind)
    return [(one.name, one.leader, [building.name for building in one.buildings], one.elsewhere) for one in found]


def test_grids_are_made_with_the_buildings_and_the_worker_that_a_row_names(built: World):
    outcome = importing.load(sheet(*ROWS, header=HEADER), built.community, "wang")
    assert (outcome.made, outcome.there, outcome.buildings) == (2, 0, 4)
    grids = [("第一网格", "周**", ["1栋", "2栋"], 0), ("第二网格", "吴**", ["3栋"], 1)]
    assert shown(built) == grids
    again = importing.load(sheet(*ROWS, header=HEADER), built.community, "wang")
    assert (again.made, again.there) == (0, 2)
    assert shown(built) == grids
    noted = db.session.scalars(select(AuditEvent.after).where(AuditEvent.act == "cover_grid")).all()
    assert [after and after["operator"] for after in noted] == ["wang"] * 6


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("测试社区", "别的小区", "甲", "1栋", "周某", "13900000501"), "第 3 行：没有找到“测试社区”的“别的小区”"),
        (("测试社区", "测试小区", "甲", "9栋", "周某", "13900000501"), "第 3 行：“测试小区”的名册里没有“9栋”"),
        (("测试社区", "测试小区", "甲", "1栋", "周某", "1390"), "第 3 行：网格员的姓名和 11 位手机号都要填写"),
        (("测试社区", "测试小区", None, "1栋", "周某", "13900000501"), "第 3 行：社区、小区和网格都要填写"),
        (("测试社区", "测试小区", "甲", "1栋", None, None), "网格“甲”：没有填写网格员和手机号"),
    ],
)
def test_a_row_that_is_wrong_stops_the_file_and_is_named(built: World, row: tuple[str | None, ...], said: str):
    with pytest.raises(NotATree) as refused:
        importing.load(sheet(row, header=HEADER), built.community, "wang")
    assert any(said in one for one in refused.value.details["rows"]), refused.value.details


OF_GROUPS = ("社区", "小区", "支部", "楼栋党小组", "楼栋", "组长", "手机号")
GROUPS = (
    ("测试社区", "测试小区", "某支部", "一组", "1号楼", "周组长", "13900000501"),
    (None, None, None, None, "2栋", None, None),
    (None, None, None, "二组", "3栋", "吴组长", "13900000502"),
)


def test_building_groups_are_made_of_the_branch_that_serves_the_compound(built: World):
    officer = Actor(built.supervisor.account_id)
    for _ in range(3):
        members.add(officer, built.compound, "某党员", fresh_number(), True, True, "同意书")
    branch = branches.found(officer, built.compound, BranchKind.OWN, "某支部")
    rows = sheet(*GROUPS, header=OF_GROUPS)
    outcome = importing.load(rows, built.community, "wang", importing.GROUPS)
    assert (outcome.made, outcome.there, outcome.buildings) == (2, 0, 3)
    assert shown(built, AreaKind.BUILDING_GROUP) == [("一组", "周**", ["1栋", "2栋"], 0), ("二组", "吴**", ["3栋"], 0)]
    assert set(db.session.scalars(select(Area.branch_id))) == {branch.id}
    assert importing.load(rows, built.community, "wang", importing.GROUPS).there == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("测试社区", "测试小区", "某支部", "一组", "1栋", "周某", "13900000501"), "“测试小区”没有名叫“某支部”的支部"),
        (("测试社区", "测试小区", None, "一组", "1栋", "周某", "13900000501"), "社区、小区、支部和楼栋党小组都要填写"),
    ],
)
def test_a_group_of_no_branch_stops_the_file(built: World, row: tuple[str | None, ...], said: str):
    with pytest.raises(NotATree) as refused:
        importing.load(sheet(row, header=OF_GROUPS), built.community, "wang", importing.GROUPS)
    assert any(said in one for one in refused.value.details["rows"]), refused.value.details
    assert db.session.query(Area).count() == 0


def test_the_operator_sees_first_what_would_be_made(built: World, tmp_path: Path):
    from commands import register

    register(built.application)
    file = tmp_path / "grids.xlsx"
    file.write_bytes(sheet(*ROWS, header=HEADER))
    args = ["org", "import-grids", str(file), "--below", str(built.community)]
    runner = FlaskCliRunner(built.application)
    dry = runner.invoke(args=args)
    assert (dry.exit_code, "grids: 2 new, 0 there already; buildings: 4" in dry.output) == (0, True), dry.output
    assert db.session.query(Area).count() == 0
    assert runner.invoke(args=[*args, "--really"]).output.strip().endswith("done")
    assert db.session.query(Area).count() == 2
