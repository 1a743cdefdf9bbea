"""Filing and deciding objections to an electorate in tests."""

from typing import Any

from werkzeug.test import TestResponse

from tests.support.world import Person, World


def file_objection(world: World, person: Person, path: str, kind: str = "wrong_area", **body: Any) -> TestResponse:
    """The person's objection."""
    filed = {"kind": kind, "text": "与产权证不一致", **body}
    return world.api(person)("POST", f"{path}/electorate/objections", filed)


def decide(world: World, path: str, objection_id: str, *corrections: dict[str, Any], **body: Any) -> TestResponse:
    """The secretary's decision: upheld with these corrections unless the body says otherwise."""
    decision = {"outcome": "upheld", "reason": "经核对不动产登记簿", "corrections": list(corrections), **body}
    return world.api(world.secretary)("POST", f"{path}/electorate/objections/{objection_id}/decision", decision)


def corrected(world: World, person: Person, path: str, *corrections: dict[str, Any]) -> TestResponse:
    """File and uphold with these corrections."""
    filed = file_objection(world, person, path, text=f"请更正 {len(corrections)} {corrections}")
    assert filed.status_code == 201, filed.text
    return decide(world, path, filed.json["id"], *corrections)


def electorate(world: World, path: str) -> dict[str, Any]:
    """The published list, as the secretary reads it."""
    found: dict[str, Any] = world.api(world.secretary)("GET", f"{path}/electorate?limit=100").json
    return found
