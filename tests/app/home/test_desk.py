"""What waits on a compound's desk: for whom, by when, in which order."""

from datetime import datetime, timedelta

import pytest

from app.compounds import stewards
from app.core.errors import Forbidden
from app.home.desk import ACTS, DeskTask, Task, desk
from app.identity.actor import Actor
from app.noticeboard.models import Category
from app.noticeboard.nominations import nominate
from app.org import secretaries
from app.org.models import Role
from app.org.queries import path_to
from tests.support.notices import HEARD, Notices
from tests.support.objections import file_objection
from tests.support.paper import Table
from tests.support.phones import proven
from tests.support.wishes import Wishes
from tests.support.world import CLOSES, OPENS, START, Person, World, at


def tasks(world: World, person: Person) -> list[DeskTask]:
    return list(desk(Actor(person.account_id), world.compound))


def names(world: World, person: Person) -> list[str]:
    return [one.task.value for one in tasks(world, person)]


def due(world: World, person: Person, task: Task) -> datetime | None:
    return next(one.due for one in tasks(world, person) if one.task is task)


def test_every_task_says_who_may_do_it():
    assert set(ACTS) == set(Task)


def test_an_empty_compound_has_an_empty_desk(world: World):
    assert tasks(world, world.secretary) == []


def test_whoever_has_no_role_has_no_desk(world: World):
    for person in (world.person(), world.official(Role.PROPERTY_STAFF, world.compound)):
        with pytest.raises(Forbidden):
            desk(Actor(person.account_id), world.compound)


def test_reviews_wait_for_reviewers_but_not_the_own(world: World):
    wishes = Wishes(world)
    wish = wishes.submitted()
    [shown] = tasks(world, world.secretary)
    assert (shown.task, shown.count, shown.due, shown.since) == (Task.REVIEW, 1, None, START)
    assert names(world, wishes.steward) == []
    world.appoint(wishes.poster, Role.SECRETARY)
    assert names(world, wishes.poster) == []
    case = wishes.case_of(wish)
    wishes.decide(wish, False)
    assert names(world, world.secretary) == []
    wishes.reviews(wishes.poster, "POST", f"/{case}/appeal", {"text": "写得清楚"})
    assert names(world, world.secretary) == [], "an appeal waits for somebody else than who refused"
    assert names(world, world.supervisor) == ["review"]


def test_a_nomination_waits_for_those_who_draft_but_not_for_its_maker_or_who_entered_it(world: World):
    notices = Notices(world)
    body = {"category": "neighbours", "text": "每天清扫楼道"}
    assert notices.call(notices.neighbour, "POST", "/nominations", body).status_code == 201
    steward, neighbour = Actor(notices.steward.account_id), notices.neighbour
    [shown] = tasks(world, world.secretary)
    assert (shown.task, shown.count, shown.since) == (Task.DECIDE_NOMINATION, 1, START)
    assert names(world, world.supervisor) == []
    on_paper = {"owner_id": neighbour.owner_id, "note": "推荐表第 2 号"}
    nominate(steward, world.compound, Category.NEIGHBOURS, "照顾老人", on_paper)
    assert [one.count for one in tasks(world, world.secretary)] == [2]
    assert [one.count for one in tasks(world, notices.steward)] == [1], "another decides what the own hand entered"
    world.appoint(neighbour, Role.STEWARD)
    assert names(world, neighbour) == [], "one is the own, one was entered in the own name"


def test_who_was_put_forward_waits_for_those_who_appoint_but_not_for_the_candidate(world: World):
    street = world.official(Role.STREET_OFFICER, path_to(world.compound)[-3].id)
    steward = world.official(Role.STEWARD, world.compound)
    world.unit("101", building="3栋")
    secretaries.nominate(Actor(world.supervisor.account_id), world.compound, "赵某", "13900000301", "热心")
    place = world.building("3栋")
    stewards.nominate(Actor(world.secretary.account_id), world.compound, "钱某", proven(world.secretary), "热心", place)
    waiting = DeskTask(Task.DECIDE_STEWARD, 1, since=START)
    assert tasks(world, street) == [DeskTask(Task.DECIDE_SECRETARY, 1, since=START), waiting]
    assert tasks(world, world.supervisor) == [waiting]
    assert tasks(world, world.secretary) == [], "nobody appoints oneself"
    assert tasks(world, steward) == []
    [found] = stewards.nominations(Actor(world.supervisor.account_id), world.compound)
    stewards.decline(Actor(world.supervisor.account_id), world.compound, found.id, "已有人选")
    assert tasks(world, world.supervisor) == []


def test_what_is_due_first_comes_first(world: World):
    wishes = Wishes(world)
    wishes.submitted()
    world.draft()
    assert names(world, world.secretary) == ["announce", "review"]
    assert due(world, world.secretary, Task.ANNOUNCE) == OPENS - timedelta(days=15)
    assert names(world, world.supervisor) == ["review"]


def test_a_meeting_from_its_announcement_to_its_result(world: World):
    owners = world.owners(3)
    path = world.announced()
    assert tasks(world, world.secretary) == []
    assert file_objection(world, owners[0], path).status_code == 201
    assert names(world, world.secretary) == ["decide_electorate_objections"]
    assert due(world, world.secretary, Task.DECIDE_ELECTORATE_OBJECTIONS) == OPENS
    assert names(world, world.supervisor) == []
    with at(OPENS - timedelta(days=2)):
        assert names(world, world.secretary) == ["decide_electorate_objections", "opens_soon"]
    table = Table(world, path)
    with at(OPENS + timedelta(hours=1)):
        sheet = table.received(owners[0])
        assert "enter_sheets" in names(world, world.supervisor)
        table.enter(world.secretary, sheet, "for")
        assert "enter_sheets" not in names(world, world.secretary), "it waits for a second person"
        assert "enter_sheets" in names(world, world.supervisor)
        table.enter(world.supervisor, sheet, "for")
        assert "enter_sheets" not in names(world, world.supervisor)
    with at(CLOSES - timedelta(days=2)):
        assert "closes_soon" in names(world, world.secretary)
    with at(CLOSES + timedelta(hours=1)):
        assert "count" in names(world, world.secretary)
        assert table.approve(world.secretary).status_code == 200
        assert "count" not in names(world, world.secretary)
        assert names(world, world.supervisor) == ["count"]
        assert table.approve(world.supervisor).status_code == 200
        assert names(world, world.secretary) == ["publish_result"]
        assert names(world, world.supervisor) == []


def test_the_list_s_appeals_and_what_was_heard_wait_for_another_person(world: World):
    notices = Notices(world)
    entry = notices.hearing(about=notices.concerned)
    appeal = notices.appealed(notices.concerned, entry)
    assert names(world, world.secretary) == [], "who reviewed the entry does not judge the appeal"
    assert names(world, notices.officer) == ["decide_appeal"]
    with at(HEARD):
        assert names(world, world.secretary) == [], "an open appeal holds the publication up"
        notices.decide_appeal(notices.officer, appeal, uphold=False)
        assert names(world, world.secretary) == ["publish_entry"]
        assert names(world, notices.steward) == []


def test_what_came_back_waits_for_its_drafter(world: World):
    notices = Notices(world)
    notices.decide(notices.reviewing(), accept=False)
    assert names(world, notices.steward) == ["mend_entry"]
    assert names(world, world.secretary) == []


def test_applications_wait_for_the_secretary(world: World):
    world.unit("501")
    body = {"building": "1栋", "stairwell": "1单元", "room": "501", "claimed_name": "测试业主"}
    applied = world.api(world.person())("POST", f"/compounds/{world.compound}/bindings", body)
    assert applied.status_code in (200, 201), applied.text
    assert names(world, world.secretary) == ["decide_binding"]
    assert names(world, world.supervisor) == []
