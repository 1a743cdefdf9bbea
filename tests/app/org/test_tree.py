"""The organisation tree: imported from a spreadsheet, moved and merged, with what was before on record."""

import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskCliRunner
from openpyxl import Workbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core.audit import PLATFORM, AuditEvent
from app.core.db import db
from app.core.errors import AppError, NotFound
from app.org import changing, importing, queries, service
from app.org.errors import (
    CompoundsDoNotMerge,
    NodeEnded,
    NodeNotFound,
    NotATree,
    NotOfOneKind,
    StandsElsewhere,
    StandsThereAlready,
    WouldStandTwice,
)
from app.org.models import Appointment, OrgKind, OrgUnit, Role
from tests.support.world import START, World, at

HEADER = ("区县", "街道", "社区", "小区")
ROWS = (
    ("甲县", "东街道", "一社区", "杏园"),
    (None, None, None, "桃园 "),
    (None, None, "二社区", "李园"),
    (None, "西街道", "三社区", None),
)


def sheet(*rows: Sequence[object], header: Sequence[str] = HEADER) -> bytes:
    book = Workbook()
    for row in (("某市组织架构",), header, *rows):
        book.active.append(row)  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def node(name: str) -> OrgUnit:
    return db.session.scalars(select(OrgUnit).where(OrgUnit.name == name)).one()


@pytest.fixture
def city(world: World) -> OrgUnit:
    """A city with the nodes of the sheet below it."""
    made = service.add_unit(OrgKind.CITY, "新市")
    importing.load(sheet(*ROWS), made.id, "wang")
    return made


# ---- import


def test_what_is_not_there_yet_is_added_below_what_stands_above_it(city: OrgUnit):
    assert [one.name for one in queries.path_to(node("桃园").id)] == ["新市", "甲县", "东街道", "一社区", "桃园"]
    assert [one.name for one in queries.path_to(node("李园").id)][-2] == "二社区"
    again = importing.load(sheet(*ROWS, ("甲县", "东街道", "一社区", "梅园")), city.id, "wang")
    assert (again.added, again.there[OrgKind.COMPOUND]) == ({OrgKind.COMPOUND: 1}, 3)
    noted = db.session.query(AuditEvent).filter_by(compound_id=PLATFORM, subject_id=node("梅园").id).one()
    assert noted.after is not None
    assert (noted.act, noted.after["operator"]) == ("add_org_unit", "wang")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no workbook", "无法作为 Excel 文件打开"),
        (sheet(("甲", "乙"), header=("姓名", "电话")), "没有找到表头"),
        (sheet(("甲县", None, "一社区", "杏园")), "第 3 行：小区的上级没有填写"),
        (sheet(("甲县", "东街道", "一社区", "长" * 61)), "第 3 行：名称超过 60 个字"),
    ],
)
def test_a_file_that_is_not_in_order_adds_nothing_and_says_why(world: World, content: bytes, said: str):
    before = db.session.query(OrgUnit).count()
    with pytest.raises(NotATree) as refused:
        importing.load(content, None, "wang")
    assert any(said in row for row in refused.value.details["rows"]), refused.value.details
    assert db.session.query(OrgUnit).count() == before


def test_a_file_stands_below_a_node_that_is_above_it(world: World):
    with pytest.raises(NotATree):
        importing.load(sheet(*ROWS), world.community, "wang")
    with pytest.raises(NodeNotFound):
        importing.load(sheet(*ROWS), UUID(int=7), "wang")


# ---- moves


def test_a_node_that_moves_is_served_by_those_above_it_at_once_and_what_was_is_told(city: OrgUnit, world: World):
    moved = node("二社区")
    old, new = (world.official(Role.STREET_OFFICER, node(name).id) for name in ("东街道", "西街道"))
    inside = node("李园").id
    with at(START + timedelta(days=1)):
        changing.move(moved.id, node("西街道").id, "li")
    assert queries.roles_held(old.account_id, inside) == frozenset()
    assert queries.roles_held(new.account_id, inside) == {Role.STREET_OFFICER}
    [(change, before, after)] = queries.changes_of(moved.id)
    assert (change.kind, before, after, change.operator) == ("moved", "东街道", "西街道", "li")
    assert changing.parent_at(moved.id, START) == node("东街道").id
    assert changing.parent_at(moved.id, START + timedelta(days=2)) == node("西街道").id
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text("DELETE FROM org_change"))


@pytest.mark.parametrize(
    ("name", "to", "refusal"),
    [
        ("二社区", "一社区", StandsElsewhere),
        ("东街道", "李园", StandsElsewhere),
        ("二社区", "东街道", StandsThereAlready),
    ],
)
def test_a_move_that_makes_no_tree_is_refused(city: OrgUnit, name: str, to: str, refusal: type[AppError]):
    with pytest.raises(refusal):
        changing.move(node(name).id, node(to).id, "li")
    assert queries.changes_of(node(name).id) == []


def test_nothing_stands_twice_by_one_name_below_a_node(city: OrgUnit):
    service.add_unit(OrgKind.COMMUNITY, "一社区", node("西街道").id)
    first = db.session.scalars(select(OrgUnit).where(OrgUnit.name == "一社区").order_by(OrgUnit.id)).first()
    assert first is not None
    with pytest.raises(WouldStandTwice):
        changing.move(first.id, node("西街道").id, "li")


# ---- merges


def test_what_stands_below_and_who_serves_goes_over_to_the_node_merged_into(city: OrgUnit, world: World):
    gone, into = node("一社区"), node("二社区")
    officer = world.official(Role.COMMUNITY_OFFICER, gone.id)
    db.session.query(Appointment).filter_by(account_id=officer.account_id).one().term_ends = START.date()
    changing.merge(gone.id, into.id, "li")
    assert {one.name for one in queries.compounds_below([into.id], 10)} == {"杏园", "桃园", "李园"}
    assert queries.roles_held(officer.account_id, node("李园").id) == {Role.COMMUNITY_OFFICER}
    held = db.session.scalars(select(Appointment).where(Appointment.account_id == officer.account_id))
    assert sorted((one.org_unit_id == into.id, one.ended_at is None, one.term_ends) for one in held) == [
        (False, False, START.date()),
        (True, True, START.date()),
    ]
    assert gone.merged_into == into.id
    assert gone.id not in [unit.id for _, unit, _ in queries.tree()]
    assert [change.kind for change, *_ in queries.changes_of(gone.id)] == ["merged"]
    assert [change.kind for change, *_ in queries.changes_of(node("杏园").id)] == ["moved"]


def test_who_serves_in_both_serves_once_in_the_node_merged_into(city: OrgUnit):
    gone, into = node("一社区"), node("二社区")
    for unit in (gone, into):
        service.appoint(Role.COMMUNITY_OFFICER, unit.id, "13900000088")
    changing.merge(gone.id, into.id, "li")
    current = db.session.query(Appointment).filter_by(ended_at=None, org_unit_id=into.id)
    assert current.count() == 1
    assert db.session.query(Appointment).filter_by(ended_at=None, org_unit_id=gone.id).count() == 0


def test_a_merge_that_cannot_be_is_refused_and_a_merged_node_is_over(city: OrgUnit):
    with pytest.raises(CompoundsDoNotMerge):
        changing.merge(node("杏园").id, node("桃园").id, "li")
    for other in ("一社区", "东街道"):
        with pytest.raises(NotOfOneKind):
            changing.merge(node("一社区").id, node(other).id, "li")
    gone, into = node("一社区").id, node("二社区").id
    changing.merge(gone, into, "li")
    with pytest.raises(NodeEnded):
        changing.merge(gone, into, "li")
    with pytest.raises(NodeEnded):
        changing.move(into, gone, "li")
    with pytest.raises(NotFound):
        service.appoint(Role.COMMUNITY_OFFICER, gone, "13900000089")
    with pytest.raises(NotFound):
        service.add_unit(OrgKind.COMPOUND, "竹园", gone)


# ---- commands


def test_the_operator_imports_moves_and_merges_from_the_command_line(world: World, tmp_path: Path):
    from commands import register

    register(world.application)
    file = tmp_path / "tree.xlsx"
    file.write_bytes(sheet(*ROWS))

    def run(*args: object, code: int = 0) -> str:
        result = FlaskCliRunner(world.application).invoke(args=["org", *map(str, args)])
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    assert "nothing was done" in run("import", file)
    assert db.session.query(OrgUnit).filter_by(name="甲县").count() == 0
    assert "compound: 3 new, 0 there already" in run("import", file, "--really")
    ids = {name: str(node(name).id) for name in ("一社区", "二社区", "西街道", "杏园")}
    run("move", ids["二社区"], ids["西街道"], "--operator", "li")
    assert "东街道 -> 西街道  li" in run("history", ids["二社区"])
    assert "stands_there_already" in run("move", ids["二社区"], ids["西街道"], code=1)
    run("merge", ids["一社区"], ids["二社区"])
    assert "一社区" not in run("list")
