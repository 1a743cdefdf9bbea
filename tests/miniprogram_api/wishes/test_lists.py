"""Lists of wishes: filters, pages, the own ones."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.answers import code
from tests.support.wishes import Wishes
from tests.support.world import START, Person, at


def ids(wishes: Wishes, person: Person, query: str = "") -> list[str]:
    answer = wishes.call(person, "GET", query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json["items"]]


def test_the_feed_is_what_is_public_the_newest_published_first(wishes: Wishes):
    made = {}
    for hour, state in enumerate(("draft", "checking", "returned", "withdrawn", "rated", "claimed", "published")):
        with at(START + timedelta(hours=hour)):
            made[state] = wishes.in_state(state)
    with at(START + timedelta(hours=9)):
        assert ids(wishes, wishes.other) == [made["published"], made["claimed"], made["rated"]]
        for state in ("published", "claimed", "rated"):
            assert ids(wishes, wishes.other, f"?state={state}") == [made[state]]
        assert ids(wishes, wishes.other, "?state=draft") == []
        assert ids(wishes, wishes.poster, "?mine=posted&state=draft") == [made["draft"]]
        assert len(ids(wishes, wishes.poster, "?mine=posted")) == 7
        assert ids(wishes, wishes.helper, "?mine=claimed") == [made["claimed"], made["rated"]]
        assert ids(wishes, wishes.other, "?mine=claimed") == []


def test_category_and_building_narrow_it(wishes: Wishes):
    world = wishes.world
    neighbours = [world.owner(world.unit(f"{number}01", building="2栋"), name="钱二") for number in range(1, 6)]
    here, there = wishes.published(category="escort"), wishes.published(neighbours[0])
    assert ids(wishes, wishes.other, "?category=escort") == [here]
    building = wishes.call(wishes.other, "GET", f"/{there}").json["building_id"]
    assert ids(wishes, wishes.other, f"?building_id={building}") == [there]
    assert ids(wishes, wishes.other, f"?building_id={building}&category=escort") == []


def test_pages_neither_repeat_nor_leave_out_though_new_wishes_come_and_old_ones_change(wishes: Wishes):
    posted = []
    for number in range(7):
        with at(START + timedelta(minutes=number // 3)):  # some at the same moment
            posted.append(wishes.published(text=f"心愿{number}", person=wishes.poster))
    with at(START + timedelta(hours=1)):
        seen, after = [], ""
        for _ in range(4):
            page = ids(wishes, wishes.other, f"?limit=2{after}")
            seen += page
            after = f"&after={page[-1]}"
            wishes.published(text="新的心愿", person=wishes.helper)
            wishes.call(wishes.other, "POST", f"/{posted[0]}/claim")
    assert sorted(seen) == sorted(posted)
    assert len(seen) == 7


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "state=x", "category=x", "mine=x", "after=1"])
def test_a_malformed_query_is_refused(wishes: Wishes, query: str):
    assert code(wishes.call(wishes.other, "GET", f"?{query}")) == (422, "invalid_input")


BAD: list[dict[str, Any]] = [
    {"text": "   "},
    {"text": "\x00"},
    {"text": None},
    {"category": "luxury"},
    {"phone": "12345"},
    {"phone": "１３９０００００１０２"},
    {"unit_id": "1"},
    {"neighbour": []},
    {"neighbour": {"name": "赵", "consent": "none"}},
    {"state": "published"},
    {"posted_by": "somebody"},
]


@pytest.mark.parametrize("fields", BAD, ids=str)
def test_a_malformed_wish_is_refused(wishes: Wishes, fields: dict[str, Any]):
    body = {"text": "心愿", "category": "repair", **fields}
    assert code(wishes.call(wishes.poster, "POST", "", body)) == (422, "invalid_input")
    assert ids(wishes, wishes.poster, "?mine=posted") == []


def test_another_compounds_address_finds_nothing(wishes: Wishes):
    wish, elsewhere = wishes.published(), wishes.world.add_compound("别的小区")
    person = wishes.world.owner(wishes.world.unit("101", compound=elsewhere))
    api = wishes.world.api(person)
    for method, path in (("GET", ""), ("POST", "/claim"), ("PUT", "/backing"), ("POST", "/withdrawal")):
        assert code(api(method, f"/compounds/{elsewhere}/wishes/{wish}{path}")) == (404, "wish_not_found")
    assert wishes.state(wish) == "published"
