"""A count takes two people, secretary and supervisor, within the time that the rules give them (PMR 18)."""

from datetime import timedelta
from typing import Any

import pytest

from app.org.models import Role
from tests.support.answers import code
from tests.support.world import CLOSES, OPENS, World, at


def closed(world: World) -> str:
    owners = world.owners(3)
    path = world.announced()
    with at(OPENS):
        for owner in owners:
            assert world.cast(owner, path, "for").status_code == 201
    return path


def adopt(world: World, minutes: int) -> None:
    strict = world.api(world.secretary)("GET", "/rule-set-presets").json["items"][0]["data"]
    body = {"note": "业主大会通过", "data": {**strict, "count_window_minutes": minutes}}
    assert world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body).status_code == 201


def counted(answer: Any) -> bool:
    assert answer.status_code == 200, answer.text
    return answer.json["record"] is not None


@pytest.mark.parametrize("minutes", [30, 45])
def test_pmr_18_an_approval_lapses_when_the_window_of_the_rules_is_over(world: World, minutes: int):
    if minutes != 30:
        adopt(world, minutes)
    path, window = closed(world), timedelta(minutes=minutes)
    with at(CLOSES):
        assert not counted(world.api(world.secretary)("POST", f"{path}/count"))
    with at(CLOSES + window + timedelta(seconds=1)):
        late = world.api(world.supervisor)("POST", f"{path}/count")
        assert (counted(late), late.json["waiting_for"]) == (False, ["secretary"]), "the other's has lapsed"
    with at(CLOSES + 2 * window + timedelta(seconds=1)):
        assert counted(world.api(world.secretary)("POST", f"{path}/count")), "at its last moment it still holds"


def test_domain_3_one_account_in_both_offices_does_not_count_alone(world: World):
    path = closed(world)
    world.appoint(world.secretary, Role.COMMUNITY_OFFICER, world.community)
    with at(CLOSES):
        first = world.api(world.secretary)("POST", f"{path}/count")
        assert (counted(first), first.json["waiting_for"]) == (False, ["supervisor"])
        assert code(world.api(world.secretary)("POST", f"{path}/count")) == (409, "count_already_approved")
        assert world.api(world.secretary)("GET", path).json["state"] == "closed"
        assert counted(world.api(world.supervisor)("POST", f"{path}/count"))


def test_domain_3_nobody_else_approves_a_count_and_nobody_before_the_close(world: World):
    path = closed(world)
    steward = world.official(Role.STEWARD, world.compound)
    elsewhere = world.official(Role.SECRETARY, world.add_compound("另一小区"))
    with at(CLOSES):
        for person in (steward, elsewhere, world.person()):
            assert code(world.api(person)("POST", f"{path}/count")) == (403, "forbidden")
    with at(CLOSES - timedelta(seconds=1)):
        for person in (world.secretary, world.supervisor):
            assert code(world.api(person)("POST", f"{path}/count")) == (409, "wrong_meeting_state")
