"""Events pushed to the developer's server."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from wechatpy import parse_message

from tests.wechat_simulator import developer_server
from tests.wechat_simulator.developer_server import AES_KEY, TOKEN, DeveloperServer
from tests.wechat_simulator.world import OFFICIAL_VOTING_OPENED, VOTING_OPENED, World, message


@pytest.fixture
def developer() -> Iterator[DeveloperServer]:
    with developer_server.running() as server:
        yield server


def configure(world: World, developer: DeveloperServer, form: str = "json") -> None:
    body = {"url": developer.url, "token": TOKEN, "encoding_aes_key": AES_KEY, "format": form}
    assert world.client.put("/_sim/events", json=body).status_code == 200


def settled(world: World) -> dict[str, Any]:
    """What has become of the events, once none is waiting."""
    deadline = time.monotonic() + 5
    while (state := world.client.get("/_sim/events").get_json())["waiting"] and time.monotonic() < deadline:
        time.sleep(0.01)
    return dict(state)


def test_nothing_is_pushed_until_a_server_is_entered(world: World, developer: DeveloperServer) -> None:
    world.accept(world.phone()["openid"])
    configure(world, developer)
    assert settled(world)["delivered"] == 0
    assert developer.attempts == 0


def test_entering_a_server_can_be_verified(world: World, developer: DeveloperServer) -> None:
    assert world.client.post("/_sim/events/verify").status_code == 409
    configure(world, developer)
    assert world.client.post("/_sim/events/verify").get_json() == {"verified": True}
    target = {"url": developer.url, "token": "wrong", "encoding_aes_key": AES_KEY}
    world.client.put("/_sim/events", json=target)
    assert world.client.post("/_sim/events/verify").get_json() == {"verified": False}


def test_json_lists_one_template_as_an_object_and_several_as_a_list(world: World, developer: DeveloperServer) -> None:
    configure(world, developer)
    openid = world.phone()["openid"]
    world.accept(openid, VOTING_OPENED)
    one = json.loads(developer.wait(1)[0]["plain"])
    assert one["Event"] == "subscribe_msg_popup_event"
    assert one["FromUserName"] == openid
    assert one["List"] == {"TemplateId": VOTING_OPENED, "SubscribeStatusString": "accept", "PopupScene": "2"}
    world.tap(openid, "reject", template_ids=[VOTING_OPENED, "sim_ballot_received"])
    several = json.loads(developer.wait(2)[1]["plain"])
    assert [item["SubscribeStatusString"] for item in several["List"]] == ["reject", "reject"]


def test_xml_nests_the_list_and_can_be_read_by_wechatpy(world: World, developer: DeveloperServer) -> None:
    configure(world, developer, "xml")
    openid = world.phone()["openid"]
    world.accept(openid, VOTING_OPENED, "sim_ballot_received")
    plain = developer.wait(1)[0]["plain"]
    assert plain.count("<SubscribeMsgPopupEvent><List>") == 1
    assert plain.count("<List>") == 2
    assert parse_message(plain).source == openid


def test_a_send_and_a_switch_off_bring_their_events(world: World, developer: DeveloperServer) -> None:
    openid = world.phone()["openid"]
    world.accept(openid)
    configure(world, developer)
    world.send(message(openid))
    sent = json.loads(developer.wait(1)[0]["plain"])
    assert sent["Event"] == "subscribe_msg_sent_event"
    assert sent["List"]["ErrorCode"] == "0"
    world.tap(openid, "switch-off", template_ids=[VOTING_OPENED])
    changed = json.loads(developer.wait(2)[1]["plain"])
    assert changed["Event"] == "subscribe_msg_change_event"


def test_a_template_message_brings_its_job_to_an_end(world: World, developer: DeveloperServer) -> None:
    phone = world.phone()
    world.tap(phone["openid"], "follow")
    configure(world, developer, "xml")
    body = message(phone["official_openid"], template_id=OFFICIAL_VOTING_OPENED)
    msgid = world.post("/cgi-bin/message/template/send", body, token=world.official_token())["msgid"]
    event = parse_message(developer.wait(1)[0]["plain"])
    assert (event.id, event.status) == (msgid, "success")


def test_following_brings_an_event(world: World, developer: DeveloperServer) -> None:
    configure(world, developer)
    phone = world.phone()
    world.tap(phone["openid"], "follow")
    event = json.loads(developer.wait(1)[0]["plain"])
    assert (event["Event"], event["FromUserName"]) == ("subscribe", phone["official_openid"])


@pytest.mark.parametrize(
    ("name", "content", "suggest"),
    [
        ("photo.jpg", b"\xff\xd8 pixels", "pass"),
        ("SIM-RISKY.jpg", b"\xff\xd8 pixels", "risky"),
        ("photo.jpg", b"\xff\xd8 SIM-REVIEW", "review"),
    ],
)
def test_the_verdict_on_media_is_pushed_later(
    world: World, developer: DeveloperServer, name: str, content: bytes, suggest: str
) -> None:
    configure(world, developer)
    world.client.put("/_sim/preferences", json={"media_check_delay_ms": 10})
    openid = world.phone()["openid"]
    world.tap(openid, "login-code")
    developer.files[f"/{name}"] = content
    url = developer.url.replace("/wechat/events", f"/{name}")
    body = {"version": 2, "scene": 1, "openid": openid, "media_type": 2, "media_url": url}
    trace_id = world.post("/wxa/media_check_async", body)["trace_id"]
    event = json.loads(developer.wait(1)[0]["plain"])
    assert (event["Event"], event["trace_id"]) == ("wxa_media_check", trace_id)
    assert event["result"]["suggest"] == suggest


def test_media_that_cannot_be_fetched_gets_no_verdict(world: World, developer: DeveloperServer) -> None:
    configure(world, developer)
    world.client.put("/_sim/preferences", json={"media_check_delay_ms": 0})
    openid = world.phone()["openid"]
    world.tap(openid, "login-code")
    body = {"version": 2, "scene": 1, "openid": openid, "media_type": 2, "media_url": "http://127.0.0.1:1/x.jpg"}
    world.post("/wxa/media_check_async", body)
    event = json.loads(developer.wait(1)[0]["plain"])
    assert event["errcode"] == -1008
    assert event["result"]["suggest"] == ""


def test_an_event_is_tried_three_times(world: World, developer: DeveloperServer) -> None:
    configure(world, developer)
    openid = world.phone()["openid"]
    developer.replies = ["failure", "failure"]
    world.accept(openid)
    developer.wait(1)
    assert settled(world)["recent"][-1]["attempts"] == 3
    developer.replies = ["failure"] * 3
    world.accept(openid)
    state = settled(world)
    assert (state["delivered"], state["failed"], developer.attempts) == (1, 1, 6)


def test_an_absent_server_does_not_delay_the_caller(world: World) -> None:
    target = {"url": "http://127.0.0.1:1/", "token": TOKEN, "encoding_aes_key": AES_KEY}
    world.client.put("/_sim/events", json=target)
    openid = world.phone()["openid"]
    started = time.monotonic()
    world.accept(openid)
    assert time.monotonic() - started < 0.3
    assert settled(world)["failed"] == 1
    assert world.client.delete("/_sim/events").status_code == 204
    assert world.client.get("/_sim/events").get_json()["configured"] is False


@pytest.mark.parametrize(
    "changes", [{"url": "ftp://x/"}, {"url": 1}, {"encoding_aes_key": "short"}, {"format": "csv"}, {"colour": "red"}]
)
def test_a_malformed_target_is_refused(world: World, changes: dict[str, Any]) -> None:
    body = {"url": "http://127.0.0.1:1/", "token": TOKEN, "encoding_aes_key": AES_KEY, **changes}
    reply = world.client.put("/_sim/events", json=body)
    assert reply.status_code == 422
    assert "encoding_aes_key" in reply.get_json()["message"]
