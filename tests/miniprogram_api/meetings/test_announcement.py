"""What an announcement freezes, and whom it tells: PMR 14, domain rules, sections 1 to 3."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import db
from app.notifications.models import OutboxMessage
from tests.miniprogram_api.test_guardians import record
from tests.support.answers import code
from tests.support.phones import proven
from tests.support.world import OPENS, START, Person, World, at


def told(kind: str = "meeting_announced") -> list[Any]:
    return list(db.session.scalars(select(OutboxMessage.account_id).where(OutboxMessage.kind == kind)))


def test_pmr_14_every_owner_of_the_electorate_is_told_once_and_a_guardian_for_a_ward(world: World):
    couple, flat = list[Person](), world.unit("900")
    for _ in range(2):
        couple.append(world.owner(flat))
    many = world.owner(world.unit("901"), world.unit("902"))
    ward, parent = world.owner(world.unit("903")), world.person()
    assert record(world, ward, proven(parent)).status_code == 200
    driver = world.owner(world.unit("P1", use="parking"))
    unbound = world.owner(world.unit("904"), bound=False)
    world.draft()
    assert told() == [], "a draft is nobody's business"
    path = world.announced()
    assert {one.account_id for one in (*couple, many, ward, parent)} == set(told())
    assert len(told()) == 5, "many homes are one message"
    assert not {driver.account_id, unbound.account_id} & set(told())
    again = world.api(world.secretary)("POST", f"{path}/announcement")
    assert code(again) == (409, "wrong_meeting_state")
    assert len(told()) == 5


def test_pmr_14_a_motion_that_was_not_in_the_notice_cannot_be_voted_on(world: World):
    owner, other = world.owners(2)
    path, elsewhere = world.announced(), world.announced(8)
    secretary = world.api(world.secretary)
    late = {"matter": 9, "title": "临时动议", "text": "会上提出"}
    assert code(secretary("POST", f"{path}/motions", late)) == (409, "wrong_meeting_state")
    [motion] = [one["id"] for one in secretary("GET", path).json["motions"]]
    assert code(secretary("DELETE", f"{path}/motions/{motion}")) == (409, "wrong_meeting_state")
    with at(OPENS):
        assert code(secretary("POST", f"{path}/motions", late)) == (409, "wrong_meeting_state")
        strange = world.ballot(owner, elsewhere, "for")["choices"]
        body = world.ballot(owner, path, "for")
        body["choices"] |= strange
        assert code(world.api(owner)("POST", f"{path}/ballots", body)) == (422, "unknown_motion")
        assert secretary("GET", f"{path}/turnout").json["persons"] == 0
        assert world.cast(other, path, "for").status_code == 201


def test_domain_3_times_agenda_electorate_and_rules_stay_as_they_were_announced(world: World):
    owners = world.owners(2)
    path = world.announced()
    secretary = world.api(world.secretary)
    before = secretary("GET", path).json
    listed = secretary("GET", f"{path}/electorate").json["items"]
    assert code(secretary("PATCH", path, {"closes_at": (OPENS + timedelta(days=20)).isoformat()})) == (
        409,
        "wrong_meeting_state",
    )
    rules = {"preset": "deemed_votes", "note": "业主大会通过"}
    assert secretary("POST", f"/compounds/{world.compound}/rule-sets", rules).status_code == 201
    sale = {"new_owners": [{"name": "新业主", "phone": None}], "at": START.isoformat()}
    sold = secretary("POST", f"/compounds/{world.compound}/units/{owners[0].unit_ids[0]}/transfers", sale)
    assert sold.status_code == 204, sold.text
    world.owner(world.unit("777"))
    assert secretary("GET", path).json == before
    assert secretary("GET", f"{path}/electorate").json["items"] == listed


@pytest.mark.parametrize("convenor", ["committee", "preparatory_group", "community"])
def test_domain_3_committee_preparatory_group_or_community_convenes_and_nobody_else(world: World, convenor: str):
    world.owners(1)
    body = {
        "title": "业主大会",
        "convenor": convenor,
        "opens_at": OPENS.isoformat(),
        "closes_at": (OPENS + timedelta(days=10)).isoformat(),
    }
    secretary = world.api(world.secretary)
    made = secretary("POST", world.meetings_path(), body)
    assert (made.status_code, made.json["convenor"]) == (201, convenor)
    assert code(secretary("POST", world.meetings_path(), {**body, "convenor": "developer"})) == (422, "invalid_input")
