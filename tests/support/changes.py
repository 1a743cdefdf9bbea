"""A meeting whose rules let a ballot be changed once before the close."""

from typing import Any

from werkzeug.test import TestResponse

from app.meetings.rules.rule_set import PRESETS
from tests.support.world import Person, World


def adopt_one_change(world: World) -> None:
    """Let the compound's rules of procedure allow one change, for the meetings announced from now on."""
    body = {"data": PRESETS["one_change_allowed"].to_dict(), "note": "业主大会通过"}
    adopted = world.api(world.secretary)("POST", f"/compounds/{world.compound}/rule-sets", body)
    assert adopted.status_code == 201, adopted.text


def change(world: World, person: Person, path: str, replaces: str, *choices: str, **more: Any) -> TestResponse:
    """Change the ballot `replaces` of the person's first party."""
    body = {**world.ballot(person, path, *choices), "replaces": replaces, **more}
    return world.api(person)("POST", f"{path}/ballots", body)


def mine(world: World, person: Person, path: str) -> dict[str, Any]:
    """The person's first party, as the meeting's page shows it."""
    found: dict[str, Any] = world.api(person)("GET", path).json["my_parties"][0]
    return found
