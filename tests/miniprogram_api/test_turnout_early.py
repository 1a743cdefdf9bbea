"""The turnout that an owner looks at before Flask sees the request: the route's answer, by one question."""

import pytest

from app.meetings import queries
from app.org.permissions import STANDINGS, Act, Standing
from miniprogram_api.meetings import early
from miniprogram_api.meetings.schemas import TurnoutSchema
from tests.support.distribution import recorded
from tests.support.world import OPENS, World, at


def test_an_owner_is_answered_by_one_statement_what_the_route_answers(world: World, monkeypatch: pytest.MonkeyPatch):
    owners = world.owners(3)
    path = world.announced(5, 8)
    with at(OPENS):
        for owner in owners[:2]:
            assert world.cast(owner, path).status_code == 201
        with monkeypatch.context() as patch:
            patch.setattr(early, "turnout_at_once", lambda *_: None)
            by_route = world.api(owners[2])("GET", f"{path}/turnout")
        monkeypatch.setattr(queries, "get_turnout", lambda *_: pytest.fail("the route was asked"))
        with recorded() as statements:
            at_once = world.api(owners[2])("GET", f"{path}/turnout")
    assert len(statements) == 1
    assert (at_once.status, at_once.json) == (by_route.status, by_route.json)
    assert set(at_once.json) == set(TurnoutSchema().fields)
    assert (at_once.json["persons"], at_once.json["electorate_persons"], at_once.json["quorum"]) == (2, 3, True)
    assert dict(at_once.headers).keys() == dict(by_route.headers).keys()
    assert at_once.headers["Cache-Control"] == by_route.headers["Cache-Control"] == "no-store"


def test_whoever_is_no_owner_is_the_routes(world: World):
    world.owners(1)
    path = world.announced(5, 8)
    with world.together():
        stranger = world.person()
    assert Standing.OWNER in STANDINGS[Act.SEE_MEETINGS]
    for person, status in ((world.secretary, 200), (stranger, 403)):
        assert world.api(person)("GET", f"{path}/turnout").status_code == status


def test_a_draft_and_an_unknown_meeting_show_an_owner_nothing(world: World):
    (owner,) = world.owners(1)
    draft = world.draft()
    for path in (draft, draft[:-4] + "0000"):
        refused = world.api(owner)("GET", f"{path}/turnout")
        assert (refused.status_code, refused.json["error"]["code"]) == (404, "meeting_not_found")
