"""Grids and building groups: what they cover, who answers for them, who sees and changes them; what was is kept."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.compounds import arriving
from app.core.audit import AuditEvent
from app.core.crypto import lookup_hash
from app.core.db import db
from app.identity.models import AccountPhone
from app.notifications.models import OutboxMessage
from app.org import changing, queries, service
from app.org.models import Area, AreaBuilding, AreaLeader, OrgKind, Role
from tests.support.answers import code
from tests.support.kept import kept
from tests.support.phones import fresh_number, proven
from tests.support.world import START, Person, World

LEADER = {"name": "周网格", "phone": "13900000501"}


class Beside:
    """The world's compound with three buildings, and a neighbour of the same community with one."""

    def __init__(self, world: World) -> None:
        self.world, self.officer = world, world.supervisor
        with world.together():
            self.neighbour = world.add_compound("乙小区")
            self.buildings = [str(world.building(f"{number}栋")) for number in range(1, 4)]
            self.next_door = str(world.building("1栋", self.neighbour))

    def call(
        self, method: str, path: str, body: Any = None, person: Person | None = None, compound: UUID | None = None
    ) -> TestResponse:
        return self.world.api(person or self.officer)(
            method, f"/compounds/{compound or self.world.compound}/{path}", body
        )

    def makes(self, name: str = "第一网格", *places: int, person: Person | None = None, **more: Any) -> TestResponse:
        path = "building-groups" if "branch_id" in more else "grids"
        buildings = [self.buildings[place] for place in places]
        return self.call("POST", path, {"name": name, "leader": LEADER, "building_ids": buildings, **more}, person)

    def made(self, name: str = "第一网格", *places: int, **more: Any) -> str:
        answer = self.makes(name, *places, **more)
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def branch(self) -> str:
        member = {"name": "某党员", "formal": True, "registered_here": True, "consent_note": "同意书"}
        for _ in range(3):
            entered = self.call("POST", "party-members", member | {"phone": fresh_number()})
            assert entered.status_code == 201, entered.text
        return str(self.call("POST", "party-branches", {"kind": "own", "name": "某支部"}).json["id"])

    def shown(self, path: str = "grids", person: Person | None = None) -> dict[str, tuple[str | None, list[str]]]:
        items = self.call("GET", path, person=person).json["items"]
        return {one["name"]: (one["leader"], [building["name"] for building in one["buildings"]]) for one in items}


@pytest.fixture
def beside(world: World) -> Beside:
    return kept(Beside)(world)


def test_a_grid_covers_buildings_of_several_compounds_of_one_community(beside: Beside):
    grid = beside.made("第一网格", 0, 1)
    covering = {"building_ids": [beside.next_door]}
    there = beside.call("PUT", f"grids/{grid}/buildings", covering, compound=beside.neighbour).json
    assert ([one["name"] for one in there["buildings"]], there["elsewhere"]) == (["1栋"], 2)
    assert beside.shown() == {"第一网格": ("周**", ["1栋", "2栋"])}
    owner = beside.world.owner(beside.world.unit("101"))
    assert beside.shown(person=owner) == {"第一网格": ("周**", ["1栋", "2栋"])}, "residents see whom to ask, masked"
    assert beside.call("GET", "grids", person=beside.world.person()).status_code == 403
    assert code(beside.makes("第一网格")) == (409, "area_name_taken")


def test_a_building_is_in_one_grid_at_a_time_and_what_was_is_kept(beside: Beside):
    first, second = beside.made("第一网格", 0, 1), beside.made("第二网格", 1, 2)
    assert beside.shown() == {"第一网格": ("周**", ["1栋"]), "第二网格": ("周**", ["2栋", "3栋"])}
    foreign = {"building_ids": [beside.next_door]}
    assert code(beside.call("PUT", f"grids/{first}/buildings", foreign)) == (422, "building_unknown")
    assert beside.call("PUT", f"grids/{first}/buildings", {"building_ids": beside.buildings}).status_code == 200
    assert beside.shown()["第二网格"] == ("周**", [])
    was = select(AreaBuilding.area_id, AreaBuilding.until.is_(None)).where(
        AreaBuilding.building_id == UUID(beside.buildings[1])
    )
    assert [(str(area), now) for area, now in db.session.execute(was.order_by(AreaBuilding.id))] == [
        (first, False),
        (second, False),
        (first, True),
    ]


def test_another_worker_answers_for_a_grid_from_now_on_and_an_ended_one_is_gone(beside: Beside):
    grid = beside.made("第一网格", 0)
    another = {"name": "吴网格", "phone": "13900000502"}
    assert beside.call("PUT", f"grids/{grid}/leader", another).json["leader"] == "吴**"
    assert [one.name for one in db.session.scalars(select(AreaLeader).order_by(AreaLeader.since, AreaLeader.id))] == [
        "周网格",
        "吴网格",
    ]
    assert beside.call("DELETE", f"grids/{grid}").status_code == 204
    assert beside.shown() == {}
    for path, body in (("leader", another), ("buildings", {"building_ids": []})):
        assert code(beside.call("PUT", f"grids/{grid}/{path}", body)) == (404, "area_not_found")
    live = select(AreaBuilding).where(AreaBuilding.until.is_(None))
    assert db.session.scalars(live).all() == []
    beside.made("第一网格", 0)
    acts = db.session.scalars(select(AuditEvent.act).where(AuditEvent.subject_id == UUID(grid)).order_by(AuditEvent.id))
    assert acts.all() == ["make_grid", "cover_grid", "lead_grid", "lead_grid", "end_grid"]


def told(person: Person) -> list[tuple[str, str, str]]:
    found = select(OutboxMessage).where(OutboxMessage.account_id == person.account_id).order_by(OutboxMessage.id)
    return [(one.kind, one.data["role"], one.data["node"]) for one in db.session.scalars(found)]


def test_a_grid_worker_is_told_when_given_and_relieved_of_a_grid(beside: Beside):
    first, second = beside.world.person(), beside.world.person()
    by_first, by_second = ({"name": "周网格", "phone": proven(one)} for one in (first, second))
    grid = beside.made("第一网格", 0, leader=by_first)
    path, node = f"grids/{grid}", "测试社区第一网格"
    given, relieved = ("role_given", "网格员", node), ("role_ended", "网格员", node)
    assert told(first) == [given]
    assert beside.call("PUT", f"{path}/leader", by_first | {"name": "周网"}).json["leader"] == "周*"
    assert told(first) == [given], "a name that is mended is no news"
    assert db.session.query(AreaLeader).one().name == "周网"
    assert beside.call("PUT", f"{path}/leader", by_second).status_code == 200
    assert (told(first), told(second)) == ([given, relieved], [given])
    assert beside.call("DELETE", path).status_code == 204
    assert (told(first), told(second)) == ([given, relieved], [given, relieved])


def test_a_grid_worker_who_proves_the_number_later_is_told_then_and_a_group_s_leader_is_not(beside: Beside):
    person = beside.world.person()
    leader = {"name": "周网格", "phone": fresh_number()}
    beside.made("第一网格", 0, leader=leader)
    beside.made("一组", 0, branch_id=beside.branch(), leader=leader)
    hashed = lookup_hash("phone", leader["phone"])
    db.session.add(AccountPhone(phone_hash=hashed, account_id=person.account_id, verified_at=START))
    for _ in range(2):
        arriving.claim_all(person.account_id, hashed)
    assert told(person) == [("role_given", "网格员", "测试社区第一网格")], "membership of a branch is nobody's news"


def test_the_community_makes_grids_and_nobody_below(beside: Beside):
    for person in (beside.world.secretary, beside.world.official(Role.STEWARD, beside.world.compound)):
        assert beside.makes(person=person).status_code == 403
    elsewhere = World(beside.world.application)
    grid = beside.made()
    refused = beside.call("DELETE", f"grids/{grid}", person=elsewhere.supervisor, compound=elsewhere.compound)
    assert code(refused) == (404, "area_not_found"), "of another community"
    assert list(beside.shown()) == ["第一网格"]


def test_a_building_group_is_of_a_branch_that_serves_the_compound_and_for_branch_roles_alone(beside: Beside):
    assert code(beside.makes("一组", 0, branch_id=str(UUID(int=9)))) == (422, "branch_needed")
    branch, grid = beside.branch(), beside.made("第一网格", 0)
    group = beside.made("一组", 0, person=beside.world.secretary, branch_id=branch)
    assert beside.shown("building-groups") == {"一组": ("周**", ["1栋"])}
    assert beside.shown() == {"第一网格": ("周**", ["1栋"])}, "a grid and a group may cover one building"
    owner = beside.world.owner(beside.world.unit("101"))
    assert beside.call("GET", "building-groups", person=owner).status_code == 403
    path, everything = f"building-groups/{group}", {"building_ids": beside.buildings}
    assert len(beside.call("PUT", f"{path}/buildings", everything).json["buildings"]) == 3
    assert beside.call("PUT", f"{path}/leader", {"name": "郑组长", "phone": "13900000503"}).json["leader"] == "郑**"
    assert code(beside.call("DELETE", f"building-groups/{grid}")) == (404, "area_not_found")
    assert beside.call("DELETE", path).status_code == 204
    assert beside.shown("building-groups") == {}


def test_the_groups_of_a_branch_end_with_it(beside: Beside):
    branch = beside.branch()
    group = beside.made("一组", 0, branch_id=branch)
    assert beside.call("POST", f"party-branches/{branch}/dissolution").status_code == 204
    assert beside.shown("building-groups") == {}
    ended = db.session.get_one(Area, UUID(group))
    assert ended.ended_at is not None
    assert db.session.scalars(select(AreaBuilding).where(AreaBuilding.until.is_(None))).all() == []


def test_the_grids_of_a_community_that_merges_are_the_others(beside: Beside):
    world = beside.world
    street = queries.path_to(world.compound)[-3].id
    into = service.add_unit(OrgKind.COMMUNITY, "并入社区", street).id
    db.session.add(Area(kind="grid", name="第一网格", community_id=into, made_at=START))
    db.session.commit()
    beside.made("第一网格", 0)
    beside.made("第二网格", 1)
    changing.merge(world.community, into, "li")
    db.session.commit()
    assert beside.shown(person=world.secretary) == {
        "第一网格": (None, []),
        "第一网格（原测试社区）": ("周**", ["1栋"]),
        "第二网格": ("周**", ["2栋"]),
    }
