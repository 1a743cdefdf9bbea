"""Whoever has no phone loses nothing by it: a steward posts for a neighbour who consented. Domain rules, 4 and 8."""

from typing import Any
from uuid import uuid4

from app.org.models import Role
from tests.support.answers import code
from tests.support.wishes import TEXT, Wishes


def body(wishes: Wishes, **fields: Any) -> dict[str, Any]:
    neighbour = {"name": "赵六顺", "consent": "written"}
    given = {"text": TEXT, "category": "repair", "unit_id": str(wishes.homes[5].id), "neighbour": neighbour}
    return {**given, **fields}


def test_a_steward_posts_follows_and_rates_for_a_neighbour(wishes: Wishes):
    made = wishes.call(wishes.steward, "POST", "", body(wishes))
    assert (made.status_code, made.json["on_behalf"]) == (201, True)
    assert made.json["beneficiary"]["name"] == "赵**", "the roll may have named the person"
    wish = made.json["id"]
    wishes.submit(wish, wishes.steward)
    [case] = wishes.reviews(wishes.secretary, "GET").json["items"]
    assert case["facts"]["代为提交"] == "书面同意"
    wishes.decide(wish, True)
    wishes.call(wishes.helper, "POST", f"/{wish}/claim")
    wishes.call(wishes.helper, "POST", f"/{wish}/fulfilment", {})
    assert wishes.call(wishes.steward, "POST", f"/{wish}/rating", {"rating": 4}).json["state"] == "rated"


def test_a_neighbour_who_is_no_steward_does_not(wishes: Wishes):
    for person in (wishes.poster, wishes.secretary):
        assert code(wishes.call(person, "POST", "", body(wishes))) == (403, "steward_only")


def test_consent_and_home_are_needed(wishes: Wishes):
    without_consent = wishes.call(wishes.steward, "POST", "", body(wishes, neighbour={"name": "赵六顺"}))
    assert code(without_consent) == (422, "invalid_input")
    assert code(wishes.call(wishes.steward, "POST", "", body(wishes, unit_id=None))) == (422, "consent_required")
    elsewhere = wishes.world.unit("101", compound=wishes.world.add_compound("别的小区"))
    for unit in (uuid4(), elsewhere.id):
        answer = wishes.call(wishes.steward, "POST", "", body(wishes, unit_id=str(unit)))
        assert code(answer) == (422, "home_not_found")


def test_for_oneself_the_home_is_an_own_one(wishes: Wishes):
    unit = str(wishes.homes[1].id)
    answer = wishes.call(wishes.poster, "POST", "", {"text": TEXT, "category": "repair", "unit_id": unit})
    assert code(answer) == (422, "home_not_found")
    assert code(wishes.call(wishes.steward, "POST", "", {"text": TEXT, "category": "repair"})) == (403, "no_home")


def test_a_steward_with_a_home_posts_for_the_own_one_as_everybody_does(wishes: Wishes):
    wishes.world.appoint(wishes.poster, Role.STEWARD)
    made = wishes.call(wishes.poster, "POST", "", {"text": TEXT, "category": "repair"})
    assert (made.status_code, made.json["on_behalf"], made.json["beneficiary"]["name"]) == (201, False, "张三丰")
