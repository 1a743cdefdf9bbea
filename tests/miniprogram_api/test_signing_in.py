"""Signing in through WeChat's real protocol, and proving a phone number."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.bootstrap import create_app
from app.compounds.models import Owner
from app.core import alerts, clock
from app.core.crypto import lookup_hash, token_hash
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.core.wechat import MiniProgramClient
from app.identity import service as identity
from app.identity.models import Account, LoginSession, WeChatLogin
from app.identity.service import SESSION_LIFE
from app.identity.wechat import WeChatUser
from app.org import service as org
from app.org.models import Role
from tests.support import servers
from tests.support.distribution import recorded
from tests.support.wechat import WeChat, fresh_number
from tests.support.world import START, Api, World, at


def sign_in(world: World, wechat: WeChat, openid: str) -> Api:
    answer = world.api()("POST", "/auth/wechat", {"code": wechat.login_code(openid)})
    assert answer.status_code == 201, answer.text
    return Api(world.application, answer.json["token"])


def test_a_person_signs_in_and_is_the_same_account_the_next_time(world: World, wechat: WeChat):
    openid = wechat.phone()
    first, second = (sign_in(world, wechat, openid)("GET", "/me").json for _ in range(2))
    assert first["account_id"] == second["account_id"]
    assert first["homes"] == first["appointments"] == []
    assert db.session.scalar(select(func.count()).where(Account.openid == openid)) == 1


def test_a_person_signs_in_by_one_statement_the_first_time_and_later(world: World, wechat: WeChat):
    openid = wechat.phone()
    for _ in range(2):
        with recorded() as statements:
            api = sign_in(world, wechat, openid)
        assert len(statements) == 1, statements
        assert api("GET", "/me").status_code == 200


def test_who_taps_eight_times_at_the_first_sign_in_has_one_account(settings: Settings, worker_id: str, wechat: WeChat):
    application = create_app(servers.beside(settings, f"signing_in_{worker_id}"))

    def sign_in_once(code: str) -> UUID:
        with application.app_context(), unit_of_work():
            return identity.sign_in(code).account_id

    with application.app_context(), ThreadPoolExecutor(8) as thumbs:
        for _ in range(20):
            openid = wechat.phone()
            [account] = set(thumbs.map(sign_in_once, [wechat.login_code(openid) for _ in range(8)]))
            assert db.session.scalars(select(Account.id).where(Account.openid == openid)).all() == [account]
            held = select(func.count()).where(LoginSession.account_id == account)
            assert db.session.scalar(held) == 8
        db.session.remove()
        dispose_of_engines()


def test_a_union_id_that_comes_later_is_noted_once(world: World, monkeypatch: pytest.MonkeyPatch):
    unionid, told = "a-unionid", [None, "a-unionid", "a-unionid"]
    monkeypatch.setattr(identity.wechat, "code_to_session", lambda _: WeChatUser("an-openid", told.pop(0)))
    first, second = (identity.sign_in("") for _ in range(2))
    db.session.flush()
    login = db.session.get_one(WeChatLogin, "an-openid", populate_existing=True)
    assert (login.unionid, second.account_id) == (unionid, first.account_id)
    with recorded() as statements:
        assert identity.sign_in("").account_id == first.account_id
    assert len(statements) == 1, "nothing is new"


def test_a_token_is_stored_as_a_hash_only(world: World, wechat: WeChat):
    api = sign_in(world, wechat, wechat.phone())
    stored = db.session.scalars(select(LoginSession.token_hash)).all()
    assert api.token
    assert token_hash(api.token) in stored
    assert api.token.encode() not in stored


@pytest.mark.parametrize("used", [False, True])
def test_a_code_that_is_made_up_or_used_is_refused(world: World, wechat: WeChat, used: bool):
    code = wechat.login_code(wechat.phone()) if used else "made-up"
    if used:
        assert world.api()("POST", "/auth/wechat", {"code": code}).status_code == 201
    refused = world.api()("POST", "/auth/wechat", {"code": code})
    assert (refused.status_code, refused.json["error"]["code"]) == (401, "login_code_invalid")


@pytest.mark.parametrize(
    ("errcode", "status", "code"),
    [
        (-1, 503, "wechat_busy"),
        (45011, 429, "too_many_logins"),
        (40226, 403, "login_blocked"),
        (40013, 503, "wechat_busy"),
    ],
)
def test_what_wechat_refuses_is_told_plainly(world: World, wechat: WeChat, errcode: int, status: int, code: str):
    login_code = wechat.login_code(wechat.phone())
    wechat.fails(path="/sns/jscode2session", errcode=errcode, probability=1)
    refused = world.api()("POST", "/auth/wechat", {"code": login_code})
    assert (refused.status_code, refused.json["error"]["code"]) == (status, code)
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 2


def test_a_server_that_wechat_does_not_know_is_the_operators_matter_and_told_once(world: World, wechat: WeChat):
    for _ in range(3):
        wechat.fails(path="/sns/jscode2session", errcode=40164, probability=1)
        world.api()("POST", "/auth/wechat", {"code": wechat.login_code(wechat.phone())})
    [alert] = alerts.open_alerts()
    assert (alert.code, alert.subject, alert.times) == ("address_not_allowed", "sign_in", 3)
    assert alert.detail.startswith("invalid ip 127.0.0.1")
    wechat.reset()
    sign_in(world, wechat, wechat.phone())
    assert alerts.open_alerts() == []


def test_a_dropped_connection_to_wechat_is_a_busy_one(world: World, wechat: WeChat):
    wechat.fails(path="/sns/jscode2session", errcode=-1, probability=1)
    refused = world.api()("POST", "/auth/wechat", {"code": "code"})
    assert refused.status_code == 503


def test_signing_out_ends_this_sign_in_and_everywhere_ends_all(world: World, wechat: WeChat):
    openid = wechat.phone()
    first, second, third = (sign_in(world, wechat, openid) for _ in range(3))
    assert first("DELETE", "/auth/session").status_code == 204
    assert first("GET", "/me").status_code == 401
    assert second("GET", "/me").status_code == 200
    assert second("DELETE", "/auth/sessions").status_code == 204
    assert {second("GET", "/me").status_code, third("GET", "/me").status_code} == {401}


def test_use_keeps_a_sign_in_alive_and_disuse_ends_it(world: World, wechat: WeChat):
    used, unused = (sign_in(world, wechat, wechat.phone()) for _ in range(2))
    with at(START + SESSION_LIFE * 0.9):
        assert used("GET", "/me").status_code == 200
    with at(START + SESSION_LIFE * 1.5):
        assert used("GET", "/me").status_code == 200
        assert unused("GET", "/me").status_code == 401


def test_a_proven_phone_brings_the_roles_that_were_given_to_it(world: World, wechat: WeChat):
    number = fresh_number()
    org.appoint(Role.STEWARD, world.compound, number)
    db.session.commit()
    openid = wechat.phone(number)
    api = sign_in(world, wechat, openid)
    me = api("POST", "/me/phone", {"code": wechat.phone_code(openid)}).json
    assert me["phone_masked"] == f"{number[:3]}****{number[-4:]}"
    assert [(held["role"], held["name"]) for held in me["appointments"]] == [("steward", "测试小区")]


def test_a_number_belongs_to_the_last_who_proved_it(world: World, wechat: WeChat):
    number = fresh_number()
    seller = sign_in(world, wechat, wechat.phone())
    openid = wechat.phone(number)
    assert seller("POST", "/me/phone", {"code": wechat.phone_code(openid)}).json["phone_masked"]
    buyer = sign_in(world, wechat, openid)
    assert buyer("POST", "/me/phone", {"code": wechat.phone_code(openid)}).json["phone_masked"]
    assert seller("GET", "/me").json["phone_masked"] is None


def test_a_phone_code_works_once(world: World, wechat: WeChat):
    openid = wechat.phone()
    api = sign_in(world, wechat, openid)
    code = wechat.phone_code(openid)
    assert api("POST", "/me/phone", {"code": code}).status_code == 200
    refused = api("POST", "/me/phone", {"code": code})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "phone_code_invalid")


def test_the_phone_number_is_encrypted_at_rest(world: World, wechat: WeChat):
    number = fresh_number()
    openid = wechat.phone(number)
    sign_in(world, wechat, openid)("POST", "/me/phone", {"code": wechat.phone_code(openid)})
    raw = db.session.execute(select(Account.__table__.c.phone).where(Account.openid == openid)).scalar_one()
    assert raw == number
    assert clock.now() == START
    stored = db.session.connection().exec_driver_sql("SELECT phone FROM account WHERE phone IS NOT NULL").scalars()
    assert all(number.encode() not in bytes(one) for one in stored)


def test_a_role_follows_its_number_to_whoever_proves_it(world: World, wechat: WeChat):
    number = fresh_number()
    org.appoint(Role.STEWARD, world.compound, number)
    db.session.commit()
    openid = wechat.phone(number)
    former, latter = sign_in(world, wechat, wechat.phone()), sign_in(world, wechat, openid)
    for api in (former, latter):
        assert len(api("POST", "/me/phone", {"code": wechat.phone_code(openid)}).json["appointments"]) == 1
    assert former("GET", "/me").json["appointments"] == []


def test_a_new_number_leaves_the_roles_and_homes_of_the_old_one_behind(world: World, wechat: WeChat):
    first, second = fresh_number(), fresh_number()
    org.appoint(Role.STEWARD, world.compound, first)
    owner = world.owner(world.unit("101"), bound=False)
    on_roll = db.session.scalars(select(Owner).where(Owner.id == owner.owner_id)).one()
    on_roll.phone, on_roll.phone_hash = first, lookup_hash("phone", first)
    db.session.commit()
    api = sign_in(world, wechat, wechat.phone(first))
    me = api("POST", "/me/phone", {"code": wechat.phone_code(wechat.phone(first))}).json
    assert (len(me["appointments"]), [home["state"] for home in me["homes"]]) == (1, ["accepted"])
    me = api("POST", "/me/phone", {"code": wechat.phone_code(wechat.phone(second))}).json
    assert me["appointments"] == []
    assert "accepted" not in [home["state"] for home in me["homes"]]


@pytest.mark.parametrize("country", ["55", 55])
def test_a_foreign_number_that_reads_like_ours_is_refused(
    world: World, wechat: WeChat, country: str | int, monkeypatch: pytest.MonkeyPatch
):
    answer = {"phone_info": {"purePhoneNumber": "13912345678", "countryCode": country}}
    monkeypatch.setattr(MiniProgramClient, "call_with_token", lambda *_: answer)
    refused = sign_in(world, wechat, wechat.phone())("POST", "/me/phone", {"code": "code"})
    assert (refused.status_code, refused.json["error"]["code"]) == (422, "foreign_phone")
