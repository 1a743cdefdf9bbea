"""The control side: phones, inboxes, the clock, preferences."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.core import clock
from app.core.settings import Settings, load_settings
from tests.wechat_simulator.world import DATA, World, message
from wechat_simulator.application import create_application


def test_phones_can_be_added_in_bulk_and_searched(world: World) -> None:
    numbers = [f"1390000{i:04d}" for i in range(50)]
    added = world.client.post("/_sim/phones", json={"phone_numbers": numbers}).get_json()["phones"]
    assert [phone["phone_number"] for phone in added] == numbers
    found = world.client.get("/_sim/phones?search=0042").get_json()
    assert [phone["phone_number"] for phone in found["phones"]] == ["13900000042"]
    assert world.client.get("/_sim/health").get_json()["phones"] == 50


@pytest.mark.parametrize("number", ["", "12345", "23800000001", "1380000000x", "138000000011"])
def test_a_malformed_number_is_refused_in_chinese(world: World, number: str) -> None:
    reply = world.client.post("/_sim/phones", json={"phone_number": number})
    assert reply.status_code == 422
    assert reply.get_json()["message"].startswith("手机号应为 11 位数字")
    assert world.client.get("/_sim/phones").get_json()["total"] == 0


def test_an_unknown_phone_is_not_found(world: World) -> None:
    for action in ("login-code", "phone-code", "accept", "follow", "high-risk"):
        assert world.client.post(f"/_sim/phones/nobody/{action}", json={}).status_code == 404
    reply = world.client.get("/_sim/phones/nobody/inbox")
    assert (reply.status_code, reply.get_json()["message"]) == (404, "没有这部手机，请先添加。")


def test_many_can_accept_at_once(world: World) -> None:
    openids = [world.phone(f"1380000000{i}")["openid"] for i in range(3)]
    body = {"template_ids": ["sim_voting_opened"], "openids": openids[:2], "times": 2}
    assert world.client.post("/_sim/accept", json=body).get_json() == {"accepted": 4}
    assert world.send(message(openids[1]))["errcode"] == 0
    assert world.send(message(openids[2]))["errcode"] == 43101
    assert world.client.post("/_sim/accept", json={**body, "times": 0}).status_code == 422


def test_the_summary_counts_messages_and_repetitions(world: World) -> None:
    openids = [world.phone(f"1380000000{i}")["openid"] for i in range(2)]
    world.client.post("/_sim/accept", json={"template_ids": ["sim_voting_opened"], "times": 3})
    world.send(message(openids[0]))
    world.send(message(openids[0]))
    world.send(message(openids[0], data={**DATA, "thing1": {"value": "另一次会议"}}))
    world.send(message(openids[1]))
    assert world.client.get("/_sim/inbox/summary").get_json() == {
        "total": 4,
        "openids": 2,
        "by_template": {"sim_voting_opened": 4},
        "openids_with_duplicates": 1,
        "surplus_messages": 1,
    }
    assert world.client.delete("/_sim/inbox").status_code == 204
    assert world.client.get("/_sim/inbox/summary").get_json()["total"] == 0
    assert world.inbox(openids[0]) == []


def test_an_inbox_shows_the_newest_message_first(world: World) -> None:
    openid = world.phone()["openid"]
    world.client.post("/_sim/accept", json={"template_ids": ["sim_voting_opened"], "times": 2})
    for title in ("第一次会议", "第二次会议"):
        world.send(message(openid, data={**DATA, "thing1": {"value": title}}))
    assert [received["data"]["thing1"]["value"] for received in world.inbox(openid)] == ["第二次会议", "第一次会议"]


def test_the_clock_moves_forward_and_stamps_messages(world: World) -> None:
    later = clock.now() + timedelta(days=15)
    reply = world.client.put("/_sim/clock", json={"now": later.isoformat()})
    assert reply.status_code == 200
    openid = world.phone()["openid"]
    world.accept(openid)
    assert world.send(message(openid))["errcode"] == 0
    assert datetime.fromisoformat(world.inbox(openid)[0]["sent_at"]) >= later
    refusal = world.client.put("/_sim/clock", json={"now": "2020-01-01T00:00:00+08:00"})
    assert (refusal.status_code, refusal.get_json()["message"]) == (409, "时钟只能向前调整，不能回到过去。")
    assert datetime.fromisoformat(world.client.get("/_sim/clock").get_json()["now"]) >= later


def test_a_fixed_clock_refuses_to_move(tmp_path: Path) -> None:
    settings = load_settings(database_url="", redis_url="", data_dir=tmp_path, movable_clock=False)
    world = World(create_application(settings))
    reply = world.client.put("/_sim/clock", json={"now": "2030-01-01T00:00:00+08:00"})
    assert reply.status_code == 409
    assert reply.get_json()["message"].startswith("时钟不可调整")
    assert not settings.clock_file.exists()
    world.simulator.close()


@pytest.mark.parametrize("now", ["tomorrow", "2030-01-01T00:00:00", None])
def test_an_unreadable_moment_is_refused(world: World, now: object) -> None:
    assert world.client.put("/_sim/clock", json={"now": now}).status_code == 422


@pytest.mark.parametrize("changes", [{"colour": 1}, {"unionid": "yes"}, {"subscribe_daily_quota": -1}, {"pages": "a"}])
def test_unknown_preferences_are_refused(world: World, changes: dict[str, object]) -> None:
    before = world.client.get("/_sim/preferences").get_json()
    assert world.client.put("/_sim/preferences", json=changes).status_code == 422
    assert world.client.get("/_sim/preferences").get_json() == before


def test_a_body_that_is_no_object_is_refused(world: World) -> None:
    assert world.client.post("/_sim/phones", data="[").status_code == 422
    assert world.client.post("/_sim/phones", json={"phone_numbers": "138"}).status_code == 422
    assert world.client.put("/_sim/faults", json={"rules": "x"}).status_code == 422
    assert world.client.get("/_sim/nothing").get_json() == {"message": "没有这个页面。"}


def test_everything_about_a_phone_survives_a_restart(settings: Settings) -> None:
    before = World(create_application(settings))
    phone = before.phone()
    openid = phone["openid"]
    before.client.post("/_sim/accept", json={"template_ids": ["sim_voting_opened"], "times": 2})
    before.tap(openid, "follow")
    before.tap(openid, "high-risk")
    before.client.put("/_sim/preferences", json={"unionid": False, "pages": ["pages/a"]})
    assert before.send(message(openid))["errcode"] == 0
    token, inbox = before.token()["access_token"], before.inbox(openid)
    before.simulator.close()

    after = World(create_application(settings))
    assert after.phone() == {**phone, "follower": True, "high_risk": True}
    assert after.inbox(openid) == inbox
    assert after.token()["access_token"] == token
    assert after.client.get("/_sim/preferences").get_json()["pages"] == ["pages/a"]
    assert [after.send(message(openid))["errcode"] for _ in range(2)] == [0, 43101]
    assert len({received["id"] for received in after.inbox(openid)}) == 2
    after.simulator.close()
    after.simulator.close()


def test_every_template_of_the_mini_program_has_a_twin_at_the_official_account(world: World) -> None:
    templates = world.client.get("/_sim/templates").get_json()["templates"]
    by_channel = {
        channel: [(t["title"], t["labels"]) for t in templates if t["channel"] == channel and not t["long_term"]]
        for channel in ("subscribe", "official")
    }
    assert by_channel["subscribe"] == by_channel["official"]
    assert by_channel["subscribe"]
