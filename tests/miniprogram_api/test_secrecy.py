"""Secrecy until the close: no address shows anybody how others voted before the count, whatever it is called for."""

import re
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from app.core.db import db
from app.meetings.models import Ballot
from app.org.models import Role
from tests.miniprogram_api.test_elections import opened
from tests.support.paper import Table
from tests.support.world import CLOSES, OPENS, Person, World, at

TELLING = re.compile(r'"against"|"(choices|marks|nonce|spoiled)":\s*[{\["]')


@pytest.fixture
def voters(world: World) -> list[Person]:
    return world.owners(5)


def reading_addresses(world: World, known: dict[str, Any]) -> list[str]:
    """Every GET address of the API, its parameters filled with what there is in the meeting."""
    rules = [rule for rule in world.application.url_map.iter_rules() if "GET" in (rule.methods or ())]
    addresses = []
    for rule in rules:
        if str(rule).startswith("/api/v1/"):
            values = {name: known.get(name, uuid4()) for name in rule.arguments}
            with world.application.test_request_context():
                addresses.append(world.application.url_for(rule.endpoint, **values).removeprefix("/api/v1"))
    return addresses


def sheet_that_differs(world: World, path: str, owner: Person) -> str:
    """A paper ballot that two others entered, each in another way: shown to these two alone."""
    table = Table(world, path)
    sheet = table.received(owner)
    for choice in ("against", "for"):
        person = world.official(Role.SECRETARY, world.compound)
        assert table.enter(person, sheet, choice, choice).status_code == 200
    return str(sheet["id"])


@pytest.mark.parametrize("moment", [OPENS, CLOSES], ids=["while voting", "closed and not counted"])
def test_domain_3_no_address_tells_staff_or_another_owner_a_choice_before_the_count(
    world: World, voters: list[Person], moment
):
    path = world.announced(5, 8)
    *cast, silent, differing = voters
    with at(OPENS), capture_logs() as cast_logs:
        parties = [world.api(voter)("GET", path).json["my_parties"][0]["id"] for voter in cast]
        for voter in cast:
            assert world.cast(voter, path, "against", "against").status_code == 201
        sheet = sheet_that_differs(world, path, differing)
    ballot_id, nonce = db.session.execute(select(Ballot.id, Ballot.nonce)).first()
    meeting = world.api(silent)("GET", path).json
    known = {
        "compound_id": world.compound,
        "meeting_id": meeting["id"],
        "motion_id": meeting["motions"][0]["id"],
        "party_id": parties[0],
        "ballot_id": ballot_id,
        "owner_id": cast[0].owner_id,
        "sheet_id": sheet,
        "unit_id": cast[0].unit_ids[0],
        "variant": "whole",
    }
    answered = 0
    with at(moment), capture_logs() as logs:
        for address in reading_addresses(world, known):
            for person in (world.secretary, world.supervisor, silent):
                with world.api(person)("GET", address) as answer:
                    answered += answer.status_code == 200
                    told = TELLING.search(answer.text if answer.is_json else "")
                    assert not told, f"{address} tells {told}"
                    assert nonce.hex().encode() not in answer.data, address
    assert answered > 25, "the addresses were not really asked"
    assert not any(TELLING.search(str(line)) or nonce.hex() in str(line) for line in (*cast_logs, *logs))
    assert not any("against" in str(line) for line in cast_logs)


def test_owners_see_their_own_ballot_with_every_mark(world: World):
    election = opened(world)
    owner = election.owners[0]
    with at(OPENS):
        assert election.cast(owner, 0, 2, choice="against").status_code == 201
        party = world.api(owner)("GET", election.path).json["my_parties"][0]["id"]
        [ballot] = world.api(owner)("GET", f"{election.path}/parties/{party}").json["ballots"]
        stranger = world.api(election.owners[1])("GET", f"{election.path}/parties/{party}")
    assert ballot["choices"][election.plain] == "against"
    assert ballot["marks"] == {election.motion: sorted([election.names[0], election.names[2]])}
    assert stranger.status_code == 403
