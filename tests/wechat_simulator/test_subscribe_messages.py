"""Subscribe messages: one accept, one message."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from app.core.settings import Settings
from tests.wechat_simulator.world import DATA, VOTING_OPENED, World, message
from wechat_simulator.application import create_application


def test_one_accept_sends_one_message(world: World) -> None:
    openid = world.phone()["openid"]
    world.accept(openid)
    assert world.send(message(openid, page="pages/meeting/index?id=1"))["errcode"] == 0
    refusal = world.send(message(openid))
    assert refusal["errcode"] == 43101
    [received] = world.inbox(openid)
    assert received["title"] == "投票开始提醒"
    assert received["page"] == "pages/meeting/index?id=1"
    assert received["data"] == DATA
    assert [field["label"] for field in received["fields"]] == ["会议名称", "小区", "投票截止", "提示"]


def test_accepts_add_up_and_belong_to_one_template(world: World) -> None:
    openid = world.phone()["openid"]
    for _ in range(3):
        world.accept(openid)
    codes = [world.send(message(openid))["errcode"] for _ in range(4)]
    assert codes == [0, 0, 0, 43101]
    received_data = {"thing1": DATA["thing1"], "thing2": DATA["thing2"], "time3": DATA["time3"]}
    receipt = {**received_data, "character_string4": {"value": "R-0001"}}
    assert world.send(message(openid, template_id="sim_ballot_received", data=receipt))["errcode"] == 43101


def test_a_reject_adds_nothing(world: World) -> None:
    openid = world.phone()["openid"]
    answer = world.tap(openid, "reject", template_ids=[VOTING_OPENED])
    assert answer == {"errMsg": "requestSubscribeMessage:ok", VOTING_OPENED: "reject"}
    assert world.send(message(openid))["errcode"] == 43101


def test_switching_a_template_off_takes_back_what_was_accepted(world: World) -> None:
    openid = world.phone()["openid"]
    world.accept(openid)
    world.tap(openid, "switch-off", template_ids=[VOTING_OPENED])
    assert world.send(message(openid))["errcode"] == 43101


def test_the_msgid_is_sometimes_missing(world: World) -> None:
    openid = world.phone()["openid"]
    for _ in range(10):
        world.accept(openid)
    replies = [world.send(message(openid)) for _ in range(10)]
    assert {reply["errcode"] for reply in replies} == {0}
    assert {"msgid" in reply for reply in replies} == {True, False}


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"touser": "o123"}, 40003),
        ({"touser": ["o123"]}, 40003),
        ({"template_id": "unknown"}, 40037),
        ({"template_id": "sim_official_voting_opened"}, 40037),
        ({"page": "/pages/index"}, 41030),
        ({"page": "https://example.com/"}, 41030),
        ({"miniprogram_state": "beta"}, 47003),
        ({"lang": "de_DE"}, 47003),
        ({"data": None}, 47003),
    ],
)
def test_a_refused_message_costs_no_accept(world: World, changes: dict[str, Any], errcode: int) -> None:
    openid = world.phone()["openid"]
    world.accept(openid)
    assert world.send(message(openid, **changes))["errcode"] == errcode
    assert world.inbox(openid) == []
    assert world.send(message(openid))["errcode"] == 0


@pytest.mark.parametrize(
    ("changes", "errmsg"),
    [
        ({"thing1": {"value": ""}}, "argument invalid! data.thing1.value is emtpy"),
        ({"thing1": {"value": "二" * 21}}, "argument invalid! data.thing1.value invalid"),
        ({"time3": {"value": "明天"}}, "argument invalid! data.time3.value invalid"),
        ({"thing4": {"value": 4}}, "argument invalid! data.thing4.value invalid"),
        ({"thing9": {"value": "多余"}}, "argument invalid! data.thing9 invalid"),
    ],
)
def test_a_bad_field_is_named(world: World, changes: dict[str, Any], errmsg: str) -> None:
    openid = world.phone()["openid"]
    world.accept(openid)
    refusal = world.send(message(openid, data={**DATA, **changes}))
    assert refusal["errcode"] == 47003
    assert refusal["errmsg"].startswith(errmsg + " rid: ")


def test_a_missing_field_is_named(world: World) -> None:
    data = {name: value for name, value in DATA.items() if name != "thing2"}
    refusal = world.send(message(world.phone()["openid"], data=data))
    assert refusal["errmsg"].startswith("argument invalid! data.thing2.value is emtpy rid: ")


def test_pages_can_be_restricted_to_those_that_exist(world: World) -> None:
    world.client.put("/_sim/preferences", json={"pages": ["pages/home/index"]})
    openid = world.phone()["openid"]
    world.accept(openid)
    assert world.send(message(openid, page="pages/gone/index"))["errcode"] == 41030
    assert world.send(message(openid, page="pages/home/index?from=message"))["errcode"] == 0


def test_the_quota_stops_sending_until_the_next_day_in_china(world: World) -> None:
    world.client.put("/_sim/preferences", json={"subscribe_daily_quota": 1})
    with time_machine.travel("2026-05-01T15:59:00Z", tick=False) as traveller:
        openid = world.phone()["openid"]
        world.accept(openid)
        world.accept(openid)
        assert [world.send(message(openid))["errcode"] for _ in range(2)] == [0, 45009]
        traveller.shift(timedelta(minutes=2))
        assert world.send(message(openid))["errcode"] == 0


def test_at_most_five_known_templates_are_asked_for_at_a_time(world: World) -> None:
    openid = world.phone()["openid"]
    address = f"/_sim/phones/{openid}/accept"
    known = [template.template_id for template in world.simulator.templates.all("subscribe")][:5]
    assert list(world.accept(openid, *known)) == sorted(["errMsg", *known])
    for template_ids, code in (([], 20003), ([*known, "sixth"], 20003), (["unknown"], 20001), ("text", 20003)):
        reply = world.client.post(address, json={"template_ids": template_ids})
        assert (reply.status_code, reply.get_json()["errCode"]) == (422, code)
    assert world.client.get(f"/_sim/phones/{openid}").get_json()["credits"] == dict.fromkeys(known, 1)


def test_a_long_term_subscription_has_no_end_and_stands_alone(settings: Settings, tmp_path: Path) -> None:
    field = {"name": "thing1", "label": "内容"}
    common = {"title": "通知", "channel": "subscribe", "fields": [field]}
    path = tmp_path / "templates.json"
    path.write_text(
        json.dumps(
            [
                {"template_id": "forever", "kind": "long_term", **common},
                {"template_id": "once", "kind": "one_time", **common},
            ]
        )
    )
    world = World(create_application(settings, path))
    openid = world.phone()["openid"]
    mixed = world.client.post(f"/_sim/phones/{openid}/accept", json={"template_ids": ["forever", "once"]})
    assert mixed.get_json()["errCode"] == 20002
    world.accept(openid, "forever")
    body = message(openid, template_id="forever", data={"thing1": {"value": "停水通知"}})
    assert [world.send(body)["errcode"] for _ in range(3)] == [0, 0, 0]
    world.tap(openid, "switch-off", template_ids=["forever"])
    assert world.send(body)["errcode"] == 43101
    world.simulator.close()


@pytest.mark.parametrize(
    ("path", "errcode"),
    [("/cgi-bin/message/wxopen/template/send", 45103), ("/cgi-bin/message/wxopen/template/uniform_send", 45109)],
)
def test_retired_ways_of_sending_are_closed(world: World, path: str, errcode: int) -> None:
    assert world.post(path, message(world.phone()["openid"]))["errcode"] == errcode
