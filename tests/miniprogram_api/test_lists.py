"""Every list of the API comes in pages with a most, or is short by nature; nonsense for a page is refused as such."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from flask import Flask

from miniprogram_api.paging import part_of
from tests.support.answers import code
from tests.support.world import World

SHORT: Final = {
    "/compounds/{compound_id}/activities": "the newest 200",
    "/compounds/{compound_id}/appointments": "who serves now, one steward a stairwell",
    "/compounds/{compound_id}/building-groups": "fewer than buildings",
    "/compounds/{compound_id}/certificates": "the own",
    "/compounds/{compound_id}/committees": "the newest 100",
    "/compounds/{compound_id}/committees/current": "one of each kind",
    "/compounds/{compound_id}/grids": "fewer than buildings",
    "/compounds/{compound_id}/groups": "those that help now",
    "/compounds/{compound_id}/meetings": "the newest 100",
    "/compounds/{compound_id}/meetings/{meeting_id}/deliveries": "two items",
    "/compounds/{compound_id}/meetings/{meeting_id}/electorate/objections/mine": "the own",
    "/compounds/{compound_id}/meetings/{meeting_id}/inspections": "the newest 100",
    "/compounds/{compound_id}/meetings/{meeting_id}/log/heads": "the newest 100",
    "/compounds/{compound_id}/meetings/{meeting_id}/reminders": "some days of a vote",
    "/compounds/{compound_id}/notices/consents": "the own, the newest 100",
    "/compounds/{compound_id}/notices/{entry_id}/statements": "of one entry, of whom it is about",
    "/compounds/{compound_id}/petitions": "the newest 100",
    "/compounds/{compound_id}/rule-sets": "one for each meeting that changed the rules",
    "/compounds/{compound_id}/secretary-nominations": "the newest 100",
    "/compounds/{compound_id}/service-brands": "those that serve now",
    "/compounds/{compound_id}/service-records/mine": "the own, the newest 200",
    "/compounds/{compound_id}/service-records/to-decide": "the first 200",
    "/compounds/{compound_id}/service-records/{record_id}/changes": "of one record",
    "/compounds/{compound_id}/services": "the newest 200",
    "/compounds/{compound_id}/slots/entered": "the own, the newest 200",
    "/compounds/{compound_id}/slots/mine": "the own, the newest 200",
    "/compounds/{compound_id}/steward-nominations": "the newest 100",
    "/compounds/{compound_id}/volunteer-posts": "the newest 200",
    "/compounds/{compound_id}/wishes/{wish_id}/duplicates": "the likeliest",
    "/log-keys": "keys of the program",
    "/me/consents": "one for each notice",
    "/me/message-preferences": "kinds of messages",
    "/me/wards": "the own",
    "/message-templates": "kinds of messages",
    "/rule-set-presets": "of the program",
}
"""Lists without pages, and what keeps them short."""
MOST: Final = 200
NONSENSE: Final = ("x", "-1", "9" * 40, "1.5", "\x00", "' OR 1=1 --", "0198c0de")


@pytest.fixture
def lists(application: Flask) -> dict[str, dict[str, Any]]:
    """Every list: its address, and its parameters by name."""
    specification = json.loads(application.test_client().get("/openapi.json").text)
    found = {}
    for path, operations in specification["paths"].items():
        operation = operations.get("get", {})
        content = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json")
        if content and "items" in _resolved(specification, content["schema"]).get("properties", {}):
            parameters = [one for one in operation.get("parameters", []) if one["in"] == "query"]
            found[path.removeprefix("/api/v1")] = {one["name"]: one["schema"] for one in parameters}
    return found


def _resolved(specification: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return specification["components"]["schemas"][name] if name else schema


def test_every_list_has_pages_with_a_most_or_is_short_by_nature(lists: dict[str, dict[str, Any]]):
    paged = {path: parameters["limit"] for path, parameters in lists.items() if "limit" in parameters}
    assert lists.keys() - paged.keys() == SHORT.keys()
    for path, limit in paged.items():
        assert limit["minimum"] == 1, path
        assert limit["default"] <= limit["maximum"] <= MOST, path
        assert "after" in lists[path], path


def _queries(limit: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is no page."""
    yield from (("limit", one) for one in ("0", str(limit["maximum"] + 1), "", *NONSENSE))
    yield from (("after", one) for one in NONSENSE)


def test_what_is_no_page_is_refused_before_anything_is_looked_for(world: World, lists: dict[str, dict[str, Any]]):
    api, wrong = world.api(world.secretary), []
    for path, parameters in lists.items():
        if "limit" not in parameters:
            continue
        address = re.sub(r"\{\w+\}", str(world.compound), path)
        for name, value in _queries(parameters["limit"]):
            answer = api("GET", address, query_string={name: value})
            named = answer.json.get("error", {}).get("details", {}).get("fields", {}).get("query", {})
            if code(answer) != (422, "invalid_input") or name not in named:
                wrong.append(f"{path}?{name}={value[:12]!r}: {answer.status_code}")
        lawful = (1, parameters["limit"]["maximum"])
        answers = {limit: api("GET", address, query_string={"limit": limit}) for limit in lawful}
        wrong += [f"{path}?limit={limit} is refused" for limit, answer in answers.items() if answer.status_code == 422]
    assert not wrong, "\n".join(wrong)


def test_pages_of_a_list_that_is_read_whole_follow_one_another():
    items = list(range(5))
    assert [part_of(items, after, 2) for after in (0, 2, 4, 6)] == [[0, 1], [2, 3], [4], []]


def test_a_list_that_is_read_whole_is_answered_in_parts(world: World):
    for number in range(3):
        world.owner(world.unit(f"{number:03}"))
    path = world.announced()
    secretary = world.api(world.secretary)
    whole = [one["id"] for one in secretary("GET", f"{path}/audit").json["items"]]
    parts = [secretary("GET", f"{path}/audit?after={after}&limit=2").json["items"] for after in range(0, len(whole), 2)]
    assert len(whole) > 2
    assert [one["id"] for part in parts for one in part] == whole
