"""Logging in, and telling the phone number."""

import base64
from datetime import timedelta

import pytest
import time_machine

from tests.wechat_simulator.world import World

NOW = "2026-05-01T08:00:00Z"


def test_a_login_code_yields_the_openid_the_unionid_and_a_session_key(world: World) -> None:
    phone = world.phone()
    session = world.login(world.tap(phone["openid"], "login-code")["code"])
    assert session["openid"] == phone["openid"]
    assert session["unionid"] == phone["unionid"]
    assert len(base64.b64decode(session["session_key"])) == 16
    assert "errcode" not in session


def test_an_openid_looks_real_and_is_the_same_for_the_same_number(world: World) -> None:
    openid = world.phone()["openid"]
    assert len(openid) == 28
    assert openid.startswith("o")
    assert world.phone()["openid"] == openid
    assert world.phone("13800000002")["openid"] != openid


def test_a_login_code_works_once(world: World) -> None:
    code = world.tap(world.phone()["openid"], "login-code")["code"]
    world.login(code)
    refusal = world.login(code)
    assert refusal["errcode"] == 40163
    assert "openid" not in refusal


def test_a_login_code_lives_five_minutes(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        codes = [world.tap(world.phone()["openid"], "login-code")["code"] for _ in range(2)]
        traveller.shift(timedelta(seconds=299))
        assert "openid" in world.login(codes[0])
        traveller.shift(timedelta(seconds=2))
        assert world.login(codes[1])["errcode"] == 40029


def test_an_unknown_code_is_refused_with_a_request_id(world: World) -> None:
    refusal = world.login("made-up")
    assert refusal["errcode"] == 40029
    assert refusal["errmsg"].startswith("invalid code rid: ")
    assert [len(part) for part in refusal["errmsg"].rsplit(" ", 1)[1].split("-")] == [8, 8, 8]


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
        ({"js_code": ""}, 41008),
        ({"grant_type": "client_credential"}, 40002),
    ],
)
def test_wrong_configuration_is_named_and_leaves_the_code_usable(
    world: World, changes: dict[str, str], errcode: int
) -> None:
    code = world.tap(world.phone()["openid"], "login-code")["code"]
    assert world.login(code, **changes)["errcode"] == errcode
    assert "openid" in world.login(code)


def test_a_high_risk_user_cannot_log_in_until_unblocked(world: World) -> None:
    openid = world.phone()["openid"]
    world.tap(openid, "high-risk")
    assert world.login(world.tap(openid, "login-code")["code"])["errcode"] == 40226
    world.client.delete(f"/_sim/phones/{openid}/high-risk")
    assert "openid" in world.login(world.tap(openid, "login-code")["code"])


def test_a_user_may_log_in_a_hundred_times_a_minute(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        openid = world.phone()["openid"]
        for _ in range(100):
            assert "openid" in world.login(world.tap(openid, "login-code")["code"])
        assert world.login(world.tap(openid, "login-code")["code"])["errcode"] == 45011
        other = world.phone("13800000002")["openid"]
        assert "openid" in world.login(world.tap(other, "login-code")["code"])
        traveller.shift(timedelta(seconds=60))
        assert "openid" in world.login(world.tap(openid, "login-code")["code"])


def test_no_unionid_comes_from_an_app_without_an_open_platform_account(world: World) -> None:
    world.client.put("/_sim/preferences", json={"unionid": False})
    assert "unionid" not in world.login(world.tap(world.phone()["openid"], "login-code")["code"])


def test_a_phone_code_yields_the_number_once(world: World) -> None:
    openid = world.phone("13812345678")["openid"]
    code = world.tap(openid, "phone-code")["code"]
    info = world.post("/wxa/business/getuserphonenumber", {"code": code, "openid": openid})["phone_info"]
    assert info["phoneNumber"] == info["purePhoneNumber"] == "13812345678"
    assert info["watermark"]["appid"] == world.simulator.appid
    assert world.post("/wxa/business/getuserphonenumber", {"code": code})["errcode"] == 40029


def test_the_country_code_arrives_as_a_string_or_as_a_number(world: World) -> None:
    kinds = set()
    for number in ("13800000001", "13800000002"):
        code = world.tap(world.phone(number)["openid"], "phone-code")["code"]
        kinds.add(world.post("/wxa/business/getuserphonenumber", {"code": code})["phone_info"]["countryCode"])
    assert kinds == {86, "86"}


def test_login_codes_and_phone_codes_are_not_interchangeable(world: World) -> None:
    openid = world.phone()["openid"]
    login_code = world.tap(openid, "login-code")["code"]
    phone_code = world.tap(openid, "phone-code")["code"]
    assert world.post("/wxa/business/getuserphonenumber", {"code": login_code})["errcode"] == 40029
    assert world.login(phone_code)["errcode"] == 40029


def test_a_phone_code_of_another_openid_is_refused(world: World) -> None:
    code = world.tap(world.phone()["openid"], "phone-code")["code"]
    other = world.phone("13800000002")["openid"]
    assert world.post("/wxa/business/getuserphonenumber", {"code": code, "openid": other})["errcode"] == 40029
