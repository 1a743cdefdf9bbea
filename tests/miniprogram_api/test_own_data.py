"""What a person may do with the own data: agree and take that back, take it away, close the account."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app.bootstrap import load_models
from app.core import rate_limits
from app.core.audit import AuditEvent
from app.core.crypto import EncryptedText
from app.core.db import db
from app.identity.models import Account, LoginSession
from app.meetings.models import Ballot
from app.notifications.models import OutboxMessage
from app.org.models import Role
from app.privacy import inventory
from app.wishes.models import Wish
from tasks import privacy
from tests.support.phones import proven
from tests.support.volunteering import Volunteering
from tests.support.wishes import Wishes
from tests.support.world import OPENS, START, Person, World, at

NOTICE = {"version": "2026-12", "fourteen": True}
LATER = START + timedelta(days=7, minutes=1)

load_models()


@pytest.fixture(autouse=True)
def _counted_anew(world: World):
    rate_limits.forget()
    yield
    rate_limits.forget()


def code(answer: TestResponse) -> str:
    return str(answer.json["error"]["code"])


def state(world: World, person: Person) -> str:
    return str(world.api(person)("GET", "/me/consents").json["items"][0]["state"])


def wish(world: World, person: Person) -> TestResponse:
    body = {"text": "想借一把梯子用一下午。", "category": "repair"}
    return world.api(person)("POST", f"/compounds/{world.compound}/wishes", body)


def test_a_consent_is_given_to_a_version_and_taken_back_with_effect(world: World):
    person = world.owners(1)[0]
    api = world.api(person)
    assert state(world, person) == "never"
    assert code(api("PUT", "/me/consents/privacy", {**NOTICE, "version": "2020-01"})) == "notice_outdated"
    given = api("PUT", "/me/consents/privacy", NOTICE).json
    assert (given["state"], given["given_version"], given["by_guardian"]) == ("given", "2026-12", False)
    assert wish(world, person).status_code == 201
    assert api("DELETE", "/me/consents/privacy").json["state"] == "withdrawn"
    assert code(wish(world, person)) == "consent_withdrawn"
    assert code(api("DELETE", "/me/consents/privacy")) == "consent_not_given"
    assert api("PUT", "/me/consents/privacy", NOTICE).json["state"] == "given"
    assert wish(world, person).status_code == 201
    assert db.session.scalar(text("SELECT count(*) FROM consent")) == 2


def test_a_childs_guardian_agrees_and_may_take_that_back(world: World):
    child, guardian, stranger = world.owners(3)
    proven(guardian)
    api, elder = world.api(child), world.api(guardian)
    assert code(api("POST", "/me/guardian-code")) == "not_a_child"
    assert api("PUT", "/me/consents/privacy", {**NOTICE, "fourteen": False}).json["state"] == "never"
    assert code(wish(world, child)) == "guardian_needed"
    shown = api("POST", "/me/guardian-code").json["code"]
    agreed = {"code": shown.lower(), "version": "2026-12"}
    assert code(world.api(stranger)("POST", "/me/wards", agreed)) == "not_a_guardian"
    assert code(api("POST", "/me/wards", agreed)) == "not_a_guardian"
    assert code(elder("POST", "/me/wards", {**agreed, "code": "AAAA-AAAA"})) == "guardian_code_wrong"
    with at(START + timedelta(minutes=31)):
        assert code(elder("POST", "/me/wards", agreed)) == "guardian_code_wrong"
    assert elder("POST", "/me/wards", agreed).json["account_id"] == str(child.account_id)
    assert code(elder("POST", "/me/wards", agreed)) == "guardian_code_wrong"
    assert wish(world, child).status_code == 201
    assert api("GET", "/me/consents").json["items"][0]["by_guardian"] is True
    assert [one["account_id"] for one in elder("GET", "/me/wards").json["items"]] == [str(child.account_id)]
    assert code(world.api(stranger)("DELETE", f"/me/wards/{child.account_id}")) == "ward_not_found"
    assert elder("DELETE", f"/me/wards/{child.account_id}").status_code == 204
    assert code(wish(world, child)) == "guardian_needed"


def unpacked(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        read = {name: archive.read(name) for name in archive.namelist()}
    return {name: json.loads(one) if name.endswith(".json") else one for name, one in read.items()}


def test_the_own_data_is_a_file_that_people_and_programs_read(world: World):
    house = Wishes(world)
    number = proven(house.poster)
    claimed = house.claimed()
    assert house.call(house.helper, "GET", f"/{claimed}").status_code == 200
    neighbour = {"name": "王五一", "consent": "spoken", "consent_note": "当面同意"}
    house.published(house.steward, unit_id=str(house.homes[2].id), neighbour=neighbour)
    api = world.api(house.poster)
    found = unpacked(api("GET", "/me/export"))
    assert "个人信息" in found["说明.txt"].decode()
    assert found["account.json"]["items"][0]["phone"] == number
    assert found["roll.json"]["items"][0]["name"] == "张三丰"
    assert [one["beneficiary_name"] for one in found["wishes.json"]["items"]] == ["张三丰"]
    assert "李四光" not in str(found)  # whoever claimed the wish
    assert "see_beneficiary" in {one["act"] for one in found["access.json"]["items"]}
    stewards = unpacked(world.api(house.steward)("GET", "/me/export"))
    assert "王五一" not in str(stewards)  # the neighbour for whom the steward posted
    logged = select(AuditEvent.act).where(AuditEvent.account_id == house.poster.account_id)
    assert "export_own_data" in db.session.scalars(logged).all()


def test_a_file_has_nobody_elses_choices_and_no_picture_of_another(world: World):
    first, second = world.owners(2)
    path = world.announced()
    with at(OPENS):
        assert world.cast(first, path).status_code == 201
        assert world.cast(second, path).status_code == 201
        mine = unpacked(world.api(first)("GET", "/me/export"))["ballots.json"]["items"]
        assert [one["account_id"] for one in mine] == [str(first.account_id)]
        assert "ballots.json" not in unpacked(world.api(world.secretary)("GET", "/me/export"))


def test_exports_are_few(world: World):
    api = world.api(world.person())
    assert [api("GET", "/me/export").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_closing_tells_what_goes_and_what_stays_and_can_be_taken_back(world: World):
    api = world.api(world.person())
    shown = api("GET", "/me/closing").json
    assert shown["due_at"] is None
    assert all(one["why"] is None for one in shown["erased"])
    assert all("法" in one["why"] or "服务" in one["why"] for one in shown["kept"])
    assert api("POST", "/me/closing", {"understood": False}).status_code == 422
    first, again = (api("POST", "/me/closing", {"understood": True}) for _ in range(2))
    assert first.json["due_at"] == again.json["due_at"]
    assert api("DELETE", "/me/closing").status_code == 204
    assert code(api("DELETE", "/me/closing")) == "not_closing"
    with at(LATER):
        assert privacy.close_accounts() == 0
    assert api("GET", "/me").status_code == 200


def test_what_others_count_on_is_settled_first(world: World):
    house = Wishes(world)
    house.claimed()
    for person, reason in ((world.secretary, "role"), (house.poster, "wish"), (house.helper, "claim")):
        refused = world.api(person)("POST", "/me/closing", {"understood": True})
        assert (refused.status_code, code(refused)) == (409, "still_needed")
        assert refused.json["error"]["details"]["codes"] == [reason]
        assert world.api(person)("GET", "/me/closing").json["first"]


def test_what_came_up_meanwhile_holds_the_closing_until_it_is_settled(world: World):
    person = world.person()
    world.api(person)("POST", "/me/closing", {"understood": True})
    world.appoint(person, Role.STEWARD)
    with at(LATER):
        assert privacy.close_accounts() == 0
        assert privacy.close_accounts() == 0
    db.session.execute(text("UPDATE appointment SET ended_at = now() WHERE role = 'steward'"))
    db.session.commit()
    with at(LATER + timedelta(days=1)):
        assert privacy.close_accounts() == 1


def test_a_closed_account_is_nobodys_and_what_was_counted_stays(world: World):
    person, other = world.owners(2)
    proven(person)
    Volunteering(world).register(person, name="将注销者")
    path = world.announced()
    with at(OPENS):
        assert world.cast(person, path).status_code == 201
        assert world.api(person)("POST", "/me/closing", {"understood": True}).status_code == 201
    with at(OPENS + timedelta(days=7, minutes=1)):
        assert privacy.close_accounts() == 1
        assert world.api(person)("GET", "/me").status_code == 401
        account = db.session.get_one(Account, person.account_id, populate_existing=True)
        assert (account.openid, account.phone) == ("", None)
        assert account.erased_at is not None
        kept = select(func.count()).select_from(Ballot).where(Ballot.account_id == person.account_id)
        assert db.session.scalar(kept) == 1
        told = select(func.count()).where(OutboxMessage.account_id == person.account_id)
        assert db.session.scalar(told) == 0
        turnout = world.api(other)("GET", f"{path}/turnout").json
        assert turnout["persons"] == 1
    for row in db.session.execute(text("SELECT state FROM binding WHERE account_id = :me"), {"me": person.account_id}):
        assert row.state == "revoked"
    assert db.session.scalar(text("SELECT id_number IS NULL AND left_at IS NOT NULL FROM volunteer"))


def test_closing_erases_the_name_from_what_stays_of_a_wish(world: World):
    house = Wishes(world)
    house.published()
    wish_id = db.session.scalars(select(Wish.id)).one()
    assert house.call(house.poster, "POST", f"/{wish_id}/withdrawal").status_code == 200
    assert world.api(house.poster)("POST", "/me/closing", {"understood": True}).status_code == 201
    with at(LATER):
        assert privacy.close_accounts() == 1
    kept = db.session.scalars(select(Wish)).one()
    assert (kept.beneficiary_name, kept.beneficiary_phone) == ("已注销", None)
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) > 0  # others stay signed in


def test_every_table_that_knows_a_person_is_in_the_inventory():
    named = {one.table for one in inventory.EXPORTED} | set(inventory.NOT_EXPORTED)
    personal = {
        table.name
        for table in db.metadata.tables.values()
        if any(
            isinstance(column.type, EncryptedText) or column.name in ("account_id", "person_id")
            for column in table.columns
        )
    }
    assert personal <= named, personal - named
    assert named <= set(db.metadata.tables), named - set(db.metadata.tables)
