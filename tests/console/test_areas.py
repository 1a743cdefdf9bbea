"""Grids and building groups at the desk: made, given buildings and somebody who answers for them, ended."""

import threading

from app.core.db import db
from app.org.models import Area, AreaBuilding
from tests.support.console import ConsoleWorld, visitor
from tests.support.console_roll import home, own_branch

WORKER = {"name": "演示网格员", "phone": "13900010041"}


def pages(town: ConsoleWorld, kind: str = "grids", rest: str = "") -> str:
    return f"/console/compounds/{town.compound}/people/{kind}{rest}"


def area(town: ConsoleWorld, name: str) -> str:
    db.session.rollback()
    found = db.session.query(Area.id).filter_by(name=name, ended_at=None)
    return str(found.filter((Area.community_id == town.community) | Area.community_id.is_(None)).scalar())


def test_the_community_makes_a_grid_changes_it_and_ends_it(town: ConsoleWorld):
    home(town)
    town.unit("101", building="2栋")
    community, secretary = visitor(town, town.supervisor), visitor(town, town.secretary)
    first = [str(town.building("1栋"))]
    assert "请填写名称" in community.post(pages(town, rest="/new"), buildings=first, **WORKER).text
    made = community.post(pages(town, rest="/new"), title="第一网格", buildings=first, **WORKER)
    assert made.status_code == 303, made.text
    shown = secretary.get(pages(town)).text
    assert "演**** 139****0041" in shown
    assert "还没有网格管的楼栋：2栋" in shown
    assert "更改</a>" not in shown
    grid = area(town, "第一网格")
    assert secretary.get(pages(town, rest=f"/{grid}/")).status_code == 403
    assert "checked" in community.get(pages(town, rest=f"/{grid}/")).text
    both = [str(town.building(f"{number}栋")) for number in (1, 2)]
    assert community.post(pages(town, rest=f"/{grid}/buildings"), buildings=both).status_code == 303
    another = community.post(pages(town, rest=f"/{grid}/leader"), name="另一位", phone="13900010042")
    assert another.status_code == 303
    shown = secretary.get(pages(town)).text
    assert "1栋、2栋" in shown
    assert "139****0042" in shown
    assert community.post(pages(town, rest=f"/{grid}/end")).status_code == 303
    assert "还没有网格" in secretary.get(pages(town)).text
    assert community.get(pages(town, rest=f"/{grid}/")).status_code == 404


def test_the_secretary_makes_a_building_group_of_the_branch(town: ConsoleWorld):
    home(town)
    secretary = visitor(town, town.secretary)
    assert "请社区或街道先成立支部" in secretary.get(pages(town, "building-groups", "/new")).text
    branch = own_branch(town)
    fields = {"title": "一组", "buildings": [str(town.building("1栋"))], **WORKER}
    assert "请选择属于哪个支部" in secretary.post(pages(town, "building-groups", "/new"), **fields).text
    made = secretary.post(pages(town, "building-groups", "/new"), branch=str(branch), **fields)
    assert made.status_code == 303, made.text
    assert "演示支部" in secretary.get(pages(town, "building-groups")).text


def test_of_two_grids_that_take_a_building_at_once_one_has_it(town: ConsoleWorld):
    home(town)
    guest, building = visitor(town, town.supervisor), str(town.building("1栋"))
    for name in ("甲网格", "乙网格"):
        assert guest.post(pages(town, rest="/new"), title=name, **WORKER).status_code == 303
    grids = [area(town, name) for name in ("甲网格", "乙网格")]
    guests = [visitor(town, town.supervisor) for _ in grids]
    answers: list[int] = []

    def cover(place: int) -> None:
        path = pages(town, rest=f"/{grids[place]}/buildings")
        answers.append(guests[place].post(path, buildings=[building]).status_code)

    threads = [threading.Thread(target=cover, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [303, 303], "the later takes it over"
    db.session.rollback()
    held = db.session.query(AreaBuilding).filter_by(compound_id=town.compound)
    assert sorted(one.until is None for one in held) == [False, True]
