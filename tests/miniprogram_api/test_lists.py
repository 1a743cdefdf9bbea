"""Every list of the API comes in pages with a most, or is short by nature; nonsense for a page is refused as such."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import pytest
from flask import Flask

from miniprogram_api.paging import part_of
from tests.miniprogram_api.test_guardians import record
from tests.support.answers import code
from tests.support.files import pdf
from tests.support.paper import Table
from tests.support.phones import fresh_number, proven
from tests.support.world import OPENS, Api, World, at

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
    "/compounds/{compound_id}/units/{unit_id}/residents": "of one home",
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
WHOLE: Final = {
    "/compounds/{compound_id}/meetings/{meeting_id}/electorate/corrections": "made by hand within some days",
    "/compounds/{compound_id}/petitions/{petition_id}/signatures": "named by today's whole roll, one look on record",
}
"""Lists that are read whole and cut, and why; all others with pages are cut in SQL."""
NOBODY: Final = "0198c0de-0000-7000-8000-00000000dead"
MOST: Final = 200
COUNTED: Final = 1_000_000
"""The most items that may have been seen of a list that is read whole."""
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
    by_number = {path for path in paged if lists[path]["after"]["type"] == "integer"}
    counted = {path for path in by_number if lists[path]["after"].get("maximum") == COUNTED}
    assert counted == WHOLE.keys()


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


def ids(api: Api, path: str, name: str = "id", **asked: Any) -> list[str]:
    return [one[name] for one in api("GET", path, query_string=asked).json["items"]]


def in_pages(api: Api, path: str, name: str = "id") -> list[str]:
    """A list page by page, two items each."""
    found: list[str] = []
    while page := ids(api, path, name, limit=2, **({"after": found[-1]} if found else {})):
        found += page
    return found


def test_a_list_is_answered_page_by_page_in_its_order(world: World):
    owners = world.owners(5)
    path = world.announced()
    secretary, table = world.api(world.secretary), Table(world, path)
    for owner, proxy in zip(owners, (world.person() for _ in owners), strict=True):
        scan = (BytesIO(pdf()), "委托书.pdf")
        form = {"proxy_phone": proven(proxy), "proxy_name": "代理某", "file": scan}
        given = f"{path}/parties/{table.party_of(owner)}/mandates"
        assert world.api(owner)("POST", given, data=form, content_type="multipart/form-data").status_code == 201
    with at(OPENS):
        for owner in owners[::-1]:
            table.received(owner)
        for listed in ("mandates", "audit", "paper-sheets"):
            whole = ids(secretary, f"{path}/{listed}")
            assert len(whole) >= 5, listed
            assert in_pages(secretary, f"{path}/{listed}") == whole, listed
    numbers = [one["number"] for one in secretary("GET", f"{path}/mandates").json["items"]]
    assert numbers == sorted(numbers), "mandates are in the order of the electorate's list"


def test_a_list_goes_on_after_an_item_that_left_it_and_ends_after_one_of_another_compound(world: World):
    members, secretary = f"/compounds/{world.compound}/party-members", world.api(world.secretary)
    body = {"name": "某党员", "formal": True, "registered_here": True, "consent_note": "同意书"}
    other = World(world.application)
    theirs, them = f"/compounds/{other.compound}/party-members", other.api(other.secretary)
    foreign = them("POST", theirs, body | {"phone": fresh_number()}).json["id"]
    entered = [secretary("POST", members, body | {"phone": fresh_number()}).json["id"] for _ in range(4)]
    assert in_pages(secretary, members) == entered
    assert secretary("DELETE", f"{members}/{entered[1]}").status_code == 204
    assert ids(secretary, members, after=entered[1]) == entered[2:]
    for nothing in (NOBODY, foreign):
        assert ids(secretary, members, after=nothing) == [], "where it stands elsewhere tells nothing here"


def test_the_newest_first_goes_on_with_the_older(world: World):
    api = world.api(world.secretary)
    for number in range(3):
        ward = world.owner(world.unit(f"{number:03}"), bound=False)
        record(world, ward)
    path = f"/compounds/{world.compound}/guardianships"
    assert in_pages(api, path) == ids(api, path) == sorted(ids(api, path), reverse=True)
