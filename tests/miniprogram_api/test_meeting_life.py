"""A meeting through its life, over the API."""

from datetime import timedelta

from sqlalchemy import func, select

from app.core.db import db
from app.notifications.models import OutboxMessage
from tasks.housekeeping import sweep
from tasks.meetings import tell_openings
from tests.support.homes import committed
from tests.support.world import CLOSES, OPENS, START, World, at


def test_a_meeting_goes_from_draft_to_a_published_result(world: World):
    owners = world.owners(3)
    path = world.announced(5, 8)
    with at(OPENS):
        for owner, choices in zip(owners, (("for", "for"), ("for", "for"), ("against", "abstain")), strict=True):
            assert world.cast(owner, path, *choices).status_code == 201
    with at(CLOSES):
        first = world.api(world.secretary)("POST", f"{path}/count")
        assert first.json == {"record": None, "waiting_for": ["supervisor"]}
        record = world.api(world.supervisor)("POST", f"{path}/count").json["record"]
        assert [motion["verdict"] for motion in record["motions"]] == ["passes", "fails"]
        assert record["turnout"]["persons"] == 3
        assert record["motions"][0]["votes"]["for"] == {"persons": 2, "area_centi": 20000}
        assert world.api(owners[0])("GET", path).json["record"] is None
        assert world.api(world.secretary)("POST", f"{path}/publication").status_code == 200
        committed()
        assert world.api(owners[0])("GET", path).json["record"] == record


def test_pmr_14_a_meeting_is_announced_fifteen_days_before_voting_or_not_at_all(world: World):
    world.owners(1)
    path = world.draft()
    with at(OPENS - timedelta(days=14)):
        refused = world.api(world.secretary)("POST", f"{path}/announcement")
    assert refused.status_code == 422
    assert refused.json["error"]["code"] == "schedule_defective"
    assert world.api(world.secretary)("GET", path).json["state"] == "draft"
    with at(START):
        assert world.api(world.secretary)("POST", f"{path}/announcement").status_code == 200


def test_domain_3_turnout_shows_persons_and_area_against_two_thirds_and_no_choices(world: World):
    owners = world.owners(3)
    path = world.announced()
    with at(OPENS):
        world.cast(owners[0], path, "for")
        turnout = world.api(owners[1])("GET", f"{path}/turnout").json
    assert turnout == {
        "persons": 1,
        "area_centi": 10000,
        "electorate_persons": 3,
        "electorate_area_centi": 30000,
        "needed_persons": 2,
        "needed_area_centi": 20000,
        "quorum": False,
    }


def test_a_list_of_meetings_tells_the_state_of_each(world: World):
    world.owners(1)
    world.announced()
    world.draft()

    def states() -> list[str]:
        items = world.api(world.secretary)("GET", world.meetings_path()).json["items"]
        return [item["state"] for item in items]

    assert states() == ["draft", "announced"]
    with at(OPENS):
        assert states() == ["draft", "voting"]
    with at(CLOSES):
        assert states() == ["draft", "closed"]


def test_the_opening_is_told_once_to_every_owner(world: World):
    world.owners(3)
    world.announced()
    assert tell_openings() == 0, "it has not opened"
    with at(OPENS):
        assert (tell_openings(), tell_openings()) == (1, 0)
    told = select(func.count()).where(OutboxMessage.kind == "voting_opened")
    assert db.session.scalar(told) == 3


def test_ended_sign_ins_and_uploads_that_nobody_applied_are_forgotten(world: World):
    with at(START + timedelta(days=89)):
        assert sweep() == 0
    with at(START + timedelta(days=91)):
        assert sweep() == 2


def test_a_draft_is_changed_and_an_announced_meeting_is_not(world: World):
    world.owners(1)
    path = world.draft()
    secretary = world.api(world.secretary)
    assert secretary("PATCH", path, {"title": "临时业主大会"}).json["title"] == "临时业主大会"
    backwards = secretary("PATCH", path, {"closes_at": START.isoformat()})
    assert (backwards.status_code, backwards.json["error"]["code"]) == (422, "schedule_defective")
    assert secretary("POST", f"{path}/announcement").status_code == 200
    refused = secretary("PATCH", path, {"title": "改名"})
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "wrong_meeting_state")
    assert secretary("GET", path).json["title"] == "临时业主大会"
