"""Homes over the API: matched by phone, or applied for and decided; sold; uploaded as a roll."""

import io
from datetime import datetime, timedelta
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.compounds.models import Binding, Owner
from app.core import queueing
from app.core.audit import AuditEvent
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.settings import Settings
from app.notifications.models import OutboxMessage
from tests.support.wechat import WeChat, fresh_number
from tests.support.world import START, Api, Person, Ref, World, at


def homes_path(world: World) -> str:
    return f"/compounds/{world.compound}"


def found_units(world: World, person: Person | None = None, **body: object) -> TestResponse:
    """The roll as the person finds it, the secretary by default."""
    return world.api(person or world.secretary)("POST", f"{homes_path(world)}/units/search", body)


def application(**changes: str) -> dict[str, str]:
    return {"building": "1栋", "stairwell": "1单元", "room": "501", "claimed_name": "测试业主", **changes}


def sign_in(world: World, wechat: WeChat, number: str) -> tuple[Api, str]:
    openid = wechat.phone(number)
    token = world.api()("POST", "/auth/wechat", {"code": wechat.login_code(openid)}).json["token"]
    return Api(world.application, token), openid


@pytest.fixture
def flat(world: World) -> Ref:
    return world.unit("501")


@pytest.fixture
def owner(world: World, flat: Ref) -> Person:
    """An owner on the roll whom nobody is bound to yet."""
    return world.owner(flat, bound=False)


def give_phone(owner: Person, number: str) -> None:
    on_roll = db.session.scalars(select(Owner).where(Owner.id == owner.owner_id)).one()
    on_roll.phone, on_roll.phone_hash = number, lookup_hash("phone", number)
    db.session.commit()


def test_an_owner_whose_phone_is_on_the_roll_is_matched_at_once(world: World, wechat: WeChat, owner: Person):
    number = fresh_number()
    give_phone(owner, number)
    api, openid = sign_in(world, wechat, number)
    [home] = api("POST", "/me/phone", {"code": wechat.phone_code(openid)}).json["homes"]
    assert (home["compound"], home["building"], home["room"], home["state"]) == ("测试小区", "1栋", "501", "accepted")


def test_an_owner_with_another_phone_applies_and_is_accepted(world: World, owner: Person):
    applicant, secretary = world.api(world.person()), world.api(world.secretary)
    applied = applicant("POST", f"{homes_path(world)}/bindings", application())
    assert (applied.status_code, applied.json["state"]) == (201, "applied")
    [waiting] = secretary("GET", f"{homes_path(world)}/bindings/waiting").json["items"]
    assert waiting["claimed_name_masked"] == "测***"
    [known] = waiting["owners"]
    assert known["same_name"] is True
    decided = secretary(
        "POST",
        f"{homes_path(world)}/bindings/{waiting['binding_id']}/decision",
        {"accept": True, "owner_id": known["owner_id"]},
    )
    assert decided.json["state"] == "accepted"
    assert applicant("GET", "/me").json["homes"][0]["state"] == "accepted"
    [told] = db.session.scalars(select(OutboxMessage)).all()
    assert (told.kind, told.data["outcome"]) == ("application_decided", "已通过")
    assert told.data["subject"] == "绑定房屋1栋1单元501"
    assert secretary("GET", f"{homes_path(world)}/bindings/waiting").json["items"] == []
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.account_id.is_not(None))).all()
    assert (event.act, event.account_id) == ("decide_binding", world.secretary.account_id)


def test_a_rejection_needs_a_reason_and_the_applicant_reads_it(world: World, owner: Person):
    applicant, secretary = world.api(world.person()), world.api(world.secretary)
    binding_id = applicant("POST", f"{homes_path(world)}/bindings", application()).json["id"]
    path = f"{homes_path(world)}/bindings/{binding_id}/decision"
    refused = secretary("POST", path, {"accept": False})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "reason_required")
    assert secretary("POST", path, {"accept": False, "reason": "名册上没有您的姓名"}).json["state"] == "rejected"
    [home] = applicant("GET", "/me").json["homes"]
    assert (home["state"], home["reason"]) == ("rejected", "名册上没有您的姓名")
    again = secretary("POST", path, {"accept": False, "reason": "再次"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "binding_not_waiting")


def test_only_the_secretary_decides_and_never_on_the_own_application(world: World, owner: Person):
    secretary = world.api(world.secretary)
    binding_id = secretary("POST", f"{homes_path(world)}/bindings", application()).json["id"]
    path = f"{homes_path(world)}/bindings/{binding_id}/decision"
    body = {"accept": True, "owner_id": str(owner.owner_id)}
    assert world.api(owner)("POST", path, body).json["error"]["code"] == "forbidden"
    assert world.api(world.supervisor)("POST", path, body).json["error"]["code"] == "forbidden"
    assert secretary("POST", path, body).json["error"]["code"] == "own_application"


def test_an_application_can_be_withdrawn_and_made_again(world: World, owner: Person):
    applicant = world.api(world.person())
    binding_id = applicant("POST", f"{homes_path(world)}/bindings", application()).json["id"]
    twice = applicant("POST", f"{homes_path(world)}/bindings", application())
    assert (twice.status_code, twice.json["error"]["code"]) == (409, "already_bound")
    assert applicant("DELETE", f"{homes_path(world)}/bindings/{binding_id}").status_code == 204
    assert applicant("POST", f"{homes_path(world)}/bindings", application()).status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"room": "999"}, 404, "unit_not_found"),
        ({"room": ""}, 422, "invalid_input"),
        ({"claimed_name": "  "}, 422, "invalid_input"),
        ({"claimed_name": "名\x00"}, 422, "invalid_input"),
        ({"stairwell": "\x00"}, 422, "invalid_input"),
        ({"room": "5" * 41}, 422, "invalid_input"),
    ],
)
def test_a_bad_application_is_refused_and_changes_nothing(
    world: World, owner: Person, changes: dict[str, str], status: int, code: str
):
    refused = world.api(world.person())("POST", f"{homes_path(world)}/bindings", application(**changes))
    assert (refused.status_code, refused.json["error"]["code"]) == (status, code)
    assert db.session.scalars(select(Binding)).all() == []


def test_half_a_character_is_refused(world: World):
    half = rb'{"building": "1", "stairwell": "", "room": "501", "claimed_name": "\ud800"}'
    path = f"{homes_path(world)}/bindings"
    refused = world.api(world.person())("POST", path, data=half, content_type="application/json")
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "invalid_input")


def test_a_sale_ends_the_sellers_binding_and_finds_the_buyer(world: World, wechat: WeChat, flat: Ref):
    seller, number = world.owner(flat), fresh_number()
    buyer, openid = sign_in(world, wechat, number)
    buyer("POST", "/me/phone", {"code": wechat.phone_code(openid)})
    sale = {"new_owners": [{"name": "测试买家", "phone": number}], "at": (START + timedelta(hours=1)).isoformat()}
    path = f"{homes_path(world)}/units/{flat.id}/transfers"
    with at(START + timedelta(days=1)):
        assert world.api(seller)("POST", path, sale).json["error"]["code"] == "forbidden"
        assert world.api(world.secretary)("POST", path, sale).status_code == 204
        assert [home["state"] for home in world.api(seller)("GET", "/me").json["homes"]] in ([], ["revoked"])
        [home] = buyer("GET", "/me").json["homes"]
    assert (home["unit_id"], home["state"]) == (str(flat.id), "accepted")


BUYER = {"name": "测试买家", "id_number": "410101199001011238"}


@pytest.mark.parametrize(
    ("new_owners", "code"),
    [
        ([], "invalid_input"),
        ([{**BUYER, "share": "1/0"}], "invalid_input"),
        ([{**BUYER, "share": "一半"}], "invalid_input"),
        ([{**BUYER, "share": "1/2"}], "new_owner_invalid"),
        ([{**BUYER, "share": "1/2"}, {"name": "测试买家二"}], "new_owner_invalid"),
        ([BUYER, BUYER], "new_owner_invalid"),
        ([{**BUYER, "id_number": "410101199001011237"}], "new_owner_invalid"),
        ([{**BUYER, "phone": "12345"}], "new_owner_invalid"),
        ([{"name": " "}], "invalid_input"),
    ],
)
def test_a_senseless_sale_is_refused_and_changes_nothing(
    world: World, flat: Ref, new_owners: list[dict[str, str]], code: str
):
    seller = world.owner(flat)
    sale = {"new_owners": new_owners, "at": (START + timedelta(hours=1)).isoformat()}
    with at(START + timedelta(days=1)):
        refused = world.api(world.secretary)("POST", f"{homes_path(world)}/units/{flat.id}/transfers", sale)
        assert (refused.status_code, refused.json["error"]["code"]) == (422, code)
        assert world.api(seller)("GET", "/me").json["homes"][0]["state"] == "accepted"
    assert db.session.scalars(select(Owner.id)).all() == [seller.owner_id]


@pytest.mark.parametrize("moment", [START - timedelta(days=1), START + timedelta(days=2)])
def test_a_sale_before_the_sellers_time_or_in_the_future_is_refused(world: World, flat: Ref, moment: datetime):
    world.owner(flat)
    sale = {"new_owners": [BUYER], "at": moment.isoformat()}
    with at(START + timedelta(days=1)):
        refused = world.api(world.secretary)("POST", f"{homes_path(world)}/units/{flat.id}/transfers", sale)
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "transfer_too_early")


def test_the_roll_is_searched_by_staff_and_shows_masked_names(world: World, owner: Person):
    found = found_units(world, text="501").json["items"]
    assert [unit["room"] for unit in found] == ["501"]
    assert found[0]["owners"][0]["name_masked"] == "测***"
    assert found_units(world, owner).status_code == 403
    bad = found_units(world, limit=1000)
    assert (bad.status_code, bad.json["error"]["code"]) == (422, "invalid_input")


def test_names_and_phones_are_searched_in_the_body_and_never_in_an_address(world: World, owner: Person):
    assert [unit["room"] for unit in found_units(world, text="测试业主").json["items"]] == ["501"]
    in_the_address = {"text": "测试业主"}
    old = world.api(world.secretary)("GET", f"{homes_path(world)}/units", query_string=in_the_address)
    assert old.status_code == 404


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["测试小区业主名册"])
    sheet.append(["楼栋", "单元", "房号", "建筑面积", "业主姓名", "手机号"])
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def upload(world: World, content: bytes, name: str = "名册.xlsx", person: Person | None = None):
    return world.api(person or world.secretary)(
        "POST", f"{homes_path(world)}/roll-imports", data={"file": (io.BytesIO(content), name)}
    )


def test_a_roll_is_checked_then_imported_and_a_second_time_changes_nothing(world: World):
    content = workbook(("2栋", "1单元", "101", 88.5, "测试业主一", "13900000001"))
    checked = upload(world, content)
    assert checked.status_code == 201, checked.text
    assert checked.json["findings"] == []
    path = f"{homes_path(world)}/roll-imports/{checked.json['id']}"
    assert world.api(world.secretary)("GET", path).json["state"] == "checked"
    assert found_units(world).json["items"] == []
    assert world.api(world.secretary)("POST", f"{path}/application").json["state"] == "applied"
    [unit] = found_units(world).json["items"]
    assert (unit["room"], unit["area_centi"]) == ("101", 8850)
    again = world.api(world.secretary)("POST", f"{path}/application")
    assert (again.status_code, again.json["state"]) == (200, "applied")


def test_the_secretary_sees_how_far_an_import_has_come(world: World):
    secretary, content = (
        world.api(world.secretary),
        workbook(("2栋", "1单元", "101", 88.5, "测试业主一", "13900000001")),
    )
    for_check, for_import = (f"test-{uuid4()}" for _ in range(2))
    progress = f"{homes_path(world)}/roll-imports/progress"
    unknown = secretary("GET", f"{progress}/{for_check}")
    assert (unknown.status_code, unknown.json["error"]["code"]) == (404, "progress_unknown")
    checked = secretary(
        "POST",
        f"{homes_path(world)}/roll-imports",
        data={"file": (io.BytesIO(content), "名册.xlsx")},
        request_id=for_check,
    )
    reached = secretary("GET", f"{progress}/{for_check}").json
    assert reached["done"] == reached["total"] == 3
    application = f"{homes_path(world)}/roll-imports/{checked.json['id']}/application"
    assert secretary("POST", application, request_id=for_import).status_code == 200
    assert secretary("GET", f"{progress}/{for_import}").json == {"done": 2, "total": 2}
    assert world.api(world.supervisor)("GET", f"{progress}/{for_import}").status_code == 404


def test_an_import_goes_on_where_progress_cannot_be_told(world: World, settings: Settings):
    queueing.configure("redis://127.0.0.1:1/0")
    try:
        checked = upload(world, workbook(("2栋", "1单元", "101", 88.5, "测试业主一", "13900000001")))
        path = f"{homes_path(world)}/roll-imports/{checked.json['id']}/application"
        assert world.api(world.secretary)("POST", path).json["state"] == "applied"
    finally:
        queueing.configure(settings.effective_redis_url)


def test_a_roll_with_an_error_says_where_and_changes_nothing(world: World):
    checked = upload(world, workbook(("2栋", "1单元", "101", "很大", "测试业主一", "13900000001")))
    assert checked.status_code == 201
    finding = next(one for one in checked.json["findings"] if one["severity"] == "error")
    assert finding["row"] == 3
    assert finding["to_do"]
    refused = world.api(world.secretary)("POST", f"{homes_path(world)}/roll-imports/{checked.json['id']}/application")
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "roll_has_errors")
    assert found_units(world).json["items"] == []


def test_what_is_not_a_roll_is_refused(world: World):
    refused = upload(world, b"\x89PNG not a roll", "名册.xlsx")
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "not_a_roll_file")
    missing = world.api(world.secretary)("POST", f"{homes_path(world)}/roll-imports", data={})
    assert missing.status_code == 422


def test_only_the_secretary_touches_the_roll(world: World):
    [resident] = world.owners(1)
    content = workbook(("2栋", "1单元", "101", 88.5, "测试业主一", "13900000001"))
    for person in (resident, world.supervisor):
        assert upload(world, content, person=person).status_code == 403
    path = f"{homes_path(world)}/roll-imports/{uuid4()}/application"
    assert world.api(world.secretary)("POST", path).json["error"]["code"] == "roll_import_not_found"
