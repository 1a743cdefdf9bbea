"""Guardians: a minor's or incapable owner's ballot is the guardian's alone. Civil Code 17-24, 34, 35; SPC 9."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.compounds.models import Guardianship, Owner
from app.compounds.persons import check_character
from app.core.audit import AuditEvent
from app.core.db import db
from app.meetings.models import Ballot
from app.notifications.models import OutboxMessage
from tests.support.answers import code
from tests.support.phones import proven
from tests.support.wechat import WeChat, fresh_number
from tests.support.world import OPENS, Api, Person, World, at

VOTING = OPENS + timedelta(hours=1)


def record(world: World, ward: Person, phone: str | None = None, by: Person | None = None, **more: Any) -> TestResponse:
    body = {"ground": "incapable", "note": "已核对法院判决书", **more}
    if phone:
        body |= {"guardian_name": "监护某", "guardian_phone": phone}
    path = f"/compounds/{world.compound}/owners/{ward.owner_id}/guardianship"
    return world.api(by or world.secretary)("PUT", path, body)


def numbered(world: World, owner: Person, born: str) -> None:
    """Give the owner on the roll a citizen's number with this birthday."""
    on_roll = db.session.get_one(Owner, (world.compound, owner.owner_id))
    on_roll.id_number = f"410101{born}001" + check_character(f"410101{born}001")
    db.session.commit()


@pytest.fixture
def ward(world: World) -> Person:
    return world.owner(world.unit("101"), name="幼某")


@pytest.fixture
def guardian(world: World) -> Person:
    return world.person()


def test_civil_code_34_the_guardian_votes_for_the_wards_party(world: World, ward: Person, guardian: Person):
    world.owner(world.unit("102"))
    shown = record(world, ward, proven(guardian))
    assert (shown.status_code, shown.json["owner_masked"], shown.json["signed_in"]) == (200, "幼*", True)
    path = world.announced()
    [party] = world.api(guardian)("GET", path).json["my_parties"]
    with at(VOTING):
        assert world.cast(guardian, path).status_code == 201
    ballot = db.session.scalars(select(Ballot)).one()
    assert (str(ballot.party_id), ballot.owner_id) == (party["id"], ward.owner_id)
    assert ballot.account_id == guardian.account_id


def test_civil_code_145_a_wards_own_ballot_is_refused_and_changes_nothing(world: World, ward: Person):
    record(world, ward)
    path = world.announced()
    with at(VOTING):
        refused = world.cast(ward, path)
        assert code(refused) == (403, "guardian_votes")
        assert "由监护人代为投票" in refused.json["error"]["message"]
    assert db.session.scalars(select(Ballot)).all() == []


def test_a_guardian_recorded_while_voting_runs_votes_from_then_on(world: World, ward: Person, guardian: Person):
    path, number = world.announced(), proven(guardian)
    with at(VOTING):
        ballot = world.ballot(ward, path)
        assert code(world.api(guardian)("POST", f"{path}/ballots", ballot)) == (403, "not_your_vote")
        record(world, ward, number)
        assert code(world.cast(ward, path)) == (403, "guardian_votes")
        assert world.api(guardian)("POST", f"{path}/ballots", ballot).status_code == 201
        assert code(world.api(guardian)("POST", f"{path}/ballots", ballot)) == (409, "ballot_already_cast")


def test_spc_9_a_parent_and_a_minor_are_one_person_for_whom_the_parent_votes(world: World):
    flat = world.unit("201")
    parent, child = world.owner(flat, name="父某"), world.owner(flat, name="子某")
    record(world, child, proven(parent), ground="minor", birthday_18="2030-01-01")
    path = world.announced()
    assert world.api(parent)("GET", path).json["turnout"]["electorate_persons"] == 1
    with at(VOTING):
        assert world.cast(parent, path).status_code == 201
        assert code(world.cast(parent, path, "against")) == (409, "ballot_already_cast")


def test_civil_code_17_a_guardianship_ends_with_the_eighteenth_birthday(world: World, guardian: Person, ward: Person):
    day = (VOTING + timedelta(days=2)).date()
    record(world, ward, proven(guardian), ground="minor", birthday_18=day.isoformat())
    path = world.announced()
    with at(VOTING):
        ballot = world.ballot(guardian, path)
        assert code(world.cast(ward, path)) == (403, "guardian_votes")
    with at(datetime(day.year, day.month, day.day, tzinfo=UTC)):
        assert world.api(guardian)("POST", f"{path}/ballots", ballot).status_code == 403
        assert world.cast(ward, path).status_code == 201


def test_the_id_number_says_when_a_minor_comes_of_age(world: World, ward: Person):
    numbered(world, ward, "20120229")
    until = record(world, ward, ground="minor").json["until"]
    assert datetime.fromisoformat(until) == datetime(2030, 2, 28, 16, tzinfo=UTC), "1 March in China"
    numbered(world, ward, "19900101")
    assert code(record(world, ward, ground="minor")) == (409, "ward_of_age")


def test_civil_code_24_a_guardianship_that_is_ended_lets_the_owner_vote(world: World, ward: Person, guardian: Person):
    record(world, ward, proven(guardian))
    path = world.announced()
    end = f"/compounds/{world.compound}/owners/{ward.owner_id}/guardianship/end"
    with at(VOTING):
        ballot = world.ballot(guardian, path)
        assert world.api(world.secretary)("POST", end, {"note": "法院判决恢复"}).status_code == 204
        assert world.api(guardian)("POST", f"{path}/ballots", ballot).status_code == 403
        assert world.cast(ward, path).status_code == 201
        assert code(world.api(world.secretary)("POST", end, {"note": "再次"})) == (404, "guardianship_not_found")
    acts = db.session.scalars(select(AuditEvent.act).where(AuditEvent.subject_id == ward.owner_id)).all()
    assert sorted(acts) == ["end_guardianship", "record_guardian"]


def test_a_guardian_is_told_of_the_meeting_like_an_owner(world: World, ward: Person, guardian: Person):
    record(world, ward, proven(guardian))
    world.announced()
    told = db.session.scalars(select(OutboxMessage.account_id)).all()
    assert sorted(told) == sorted([ward.account_id, guardian.account_id])


def test_a_guardian_may_sign_in_later(world: World, wechat: WeChat, ward: Person):
    number = fresh_number()
    assert record(world, ward, number).json["signed_in"] is False
    openid = wechat.phone(number)
    token = world.api()("POST", "/auth/wechat", {"code": wechat.login_code(openid)}).json["token"]
    api = Api(world.application, token)
    assert api("POST", "/me/phone", {"code": wechat.phone_code(openid)}).status_code == 200
    path = world.announced()
    assert len(api("GET", path).json["my_parties"]) == 1


def test_recording_anew_replaces_the_guardian_and_keeps_the_record(world: World, ward: Person, guardian: Person):
    first, second = proven(world.person()), proven(guardian)
    record(world, ward, first)
    record(world, ward, second)
    [shown] = world.api(world.secretary)("GET", f"/compounds/{world.compound}/guardianships").json["items"]
    assert shown["phone_masked"] == f"{second[:3]}****{second[-4:]}"
    assert len(db.session.scalars(select(Guardianship)).all()) == 2


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        pytest.param({"ground": "minor"}, 422, "guardian_invalid", id="birthday-not-known"),
        pytest.param({"ground": "minor", "birthday_18": "2026-05-01"}, 409, "ward_of_age", id="civil-code-17-of-age"),
        pytest.param({"guardian_name": "监护某"}, 422, "guardian_invalid", id="no-phone"),
        pytest.param({"guardian_phone": "13900000103"}, 422, "guardian_invalid", id="no-name"),
        pytest.param({"guardian_name": "监护某", "guardian_phone": "123"}, 422, "guardian_invalid", id="bad-phone"),
        pytest.param({"note": " "}, 422, "invalid_input", id="no-note"),
        pytest.param({"ground": "old"}, 422, "invalid_input", id="unknown-ground"),
    ],
)
def test_a_bad_record_is_refused_and_changes_nothing(
    world: World, ward: Person, body: dict[str, Any], status: int, error: str
):
    assert code(record(world, ward, **body)) == (status, error)
    assert db.session.scalars(select(Guardianship)).all() == []


def test_only_the_secretary_of_the_compound_records_and_sees_guardians(world: World, ward: Person):
    elsewhere = world.add_compound("另一小区")
    for stranger in (ward, world.supervisor):
        assert code(record(world, ward, by=stranger)) == (403, "forbidden")
        seen = world.api(stranger)("GET", f"/compounds/{world.compound}/guardianships")
        assert code(seen) == (403, "forbidden")
    path = f"/compounds/{elsewhere}/owners/{ward.owner_id}/guardianship"
    assert world.api(world.secretary)("PUT", path, {"ground": "incapable", "note": "判决"}).status_code == 403
    unknown = f"/compounds/{world.compound}/owners/{uuid4()}/guardianship"
    assert code(world.api(world.secretary)("PUT", unknown, {"ground": "incapable", "note": "判决"})) == (
        404,
        "owner_not_found",
    )
