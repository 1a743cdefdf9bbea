"""Every role, every state, field by field: what the red/black list shows to whom. Domain rules, sections 5 and 7."""

import json
from typing import Any

import pytest

from app.org.models import Role
from tests.support.kept import kept
from tests.support.notices import HEARD, TEXT, Notices, code
from tests.support.world import START, Person, at

NAME, ANSWER = "甲某某", "当天已经清理干净"
OUTSIDERS = ("stranger", "resident of another compound", "secretary of another compound", "property staff")
RESIDENTS = ("resident", "another steward")
HANDLERS = ("drafter", "secretary", "officer", "street officer")
REVIEWERS = ("secretary", "officer", "street officer")
ROLES = (*OUTSIDERS, *RESIDENTS, "person concerned", *HANDLERS)
NOTE = "情况已经整改，提前撤下"


@pytest.fixture
def people(notices: Notices) -> dict[str, Person]:
    return people_of(notices)


@kept
def people_of(notices: Notices) -> dict[str, Person]:
    """One of every kind."""
    world = notices.world
    elsewhere = world.add_compound("别的小区")
    return {
        "stranger": notices.stranger,
        "resident of another compound": notices.foreigner,
        "secretary of another compound": world.official(Role.SECRETARY, elsewhere),
        "property staff": world.official(Role.PROPERTY_STAFF, world.compound),
        "resident": notices.neighbour,
        "another steward": world.official(Role.STEWARD, world.compound),
        "person concerned": notices.concerned,
        "drafter": notices.steward,
        "secretary": notices.secretary,
        "officer": notices.officer,
        "street officer": world.official(Role.STREET_OFFICER, world.community),
    }


@kept
def in_state(notices: Notices, state: str, colour: str) -> str:
    """An entry about the person concerned, with an answer and an appeal on file as soon as there can be one."""
    if state in ("draft", "reviewing"):
        return str(getattr(notices, state)(colour, notices.concerned))
    entry = notices.hearing(colour, notices.concerned)
    notices.call(notices.concerned, "POST", f"/{entry}/answers", {"text": ANSWER})
    if colour == "red":
        notices.agree(notices.concerned, entry)
    if state == "hearing":
        notices.appealed(notices.concerned, entry)
        return entry
    with at(HEARD):
        assert notices.call(notices.secretary, "POST", f"/{entry}/publication").status_code == 200
        if state == "taken down":
            assert notices.call(notices.officer, "POST", f"/{entry}/takedown", {"note": NOTE}).status_code == 200
    return entry


def seen(notices: Notices, person: Person, entry: str) -> tuple[int, dict[str, Any], str]:
    """Status and body of the entry, and all that the person can get at over every list, as text."""
    whole = notices.call(person, "GET", f"/{entry}")
    lists = [f"?shelf={shelf}" for shelf in ("current", "proposed", "about_me", "drafted", "all")]
    lists += [f"/{entry}/statements", "/appeals", "/appeals?mine=false", "/consents"]
    lists += ["/nominations", "/nominations?mine=false"]
    reads = [whole, *(notices.call(person, "GET", path) for path in lists)]
    reads.append(notices.world.api(person)("GET", f"/compounds/{notices.world.compound}/reviews"))
    return whole.status_code, whole.json, json.dumps([one.json for one in reads], ensure_ascii=False)


def sees_entry(role: str, state: str) -> bool:
    if role in OUTSIDERS:
        return False
    if role in HANDLERS:
        return True
    if role == "person concerned":
        return state not in ("draft", "reviewing")
    return state in ("published", "taken down")


@pytest.mark.parametrize("colour", ["black", "red"])
@pytest.mark.parametrize("state", ["draft", "reviewing", "hearing", "published", "taken down"])
def test_each_role_sees_its_fields_and_no_others(notices: Notices, people: dict[str, Person], state: str, colour: str):
    entry = in_state(notices, state, colour)
    with at(HEARD if state in ("published", "taken down") else START):
        for role in ROLES:
            status, body, everything = seen(notices, people[role], entry)
            about = f"{role}, {state}, {colour}: {everything}"
            assert (status == 200) is sees_entry(role, state), about
            named = colour == "red" and state == "published" and status == 200
            assert (NAME in everything) is named, about
            assert ("甲**" in everything) is (role in HANDLERS), about
            assert (ANSWER in everything) is (
                state in ("hearing", "published", "taken down") and role in (*REVIEWERS, "person concerned")
            ), about
            assert (str(notices.concerned.owner_id) in everything) is (role in HANDLERS), about
            words_stand = state != "taken down" or role in (*HANDLERS, "person concerned")
            if status != 200:
                assert TEXT not in everything, about
                assert code(notices.call(people[role], "GET", f"/{entry}")) == (
                    "forbidden" if role in OUTSIDERS else "notice_not_found"
                )
                continue
            assert (body["text"] == TEXT) is words_stand, about
            assert (body["persons"] is not None) is (role in HANDLERS), about
            assert (body["review"] is not None) is (role in HANDLERS and state != "draft"), about
            assert body["about_me"] is (role == "person concerned"), about
            assert body["names"] == ([NAME] if named else []), about


def test_pages_follow_each_other_without_gaps_in_a_stable_order(notices: Notices):
    entries = [notices.published(title=f"第{number}条", category="noise") for number in range(5)]
    with at(HEARD):
        first = notices.call(notices.neighbour, "GET", "?limit=2").json["items"]
        second = notices.call(notices.neighbour, "GET", f"?limit=2&after={first[-1]['id']}").json["items"]
        third = notices.call(notices.neighbour, "GET", f"?limit=2&after={second[-1]['id']}").json["items"]
        assert [one["id"] for one in (*first, *second, *third)] == list(reversed(entries))


def test_lists_are_filtered_by_colour_and_category(notices: Notices):
    black = notices.published("black", category="noise")
    red = notices.published("red", category="neighbours")
    with at(HEARD):
        for query, expected in (
            ("?colour=black", [black]),
            ("?colour=red", [red]),
            ("?category=neighbours", [red]),
            ("?colour=red&category=noise", []),
        ):
            found = notices.call(notices.neighbour, "GET", query).json["items"]
            assert [one["id"] for one in found] == expected, query
    assert code(notices.call(notices.neighbour, "GET", "?colour=green")) == "invalid_input"


def test_an_entry_of_another_compound_is_not_found_under_this_one(notices: Notices):
    entry = notices.published()
    other = notices.world.add_compound("第三小区")
    answer = notices.world.api(notices.officer)("GET", f"/compounds/{other}/notices/{entry}")
    assert code(answer) == "notice_not_found"
