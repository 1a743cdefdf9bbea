"""Pushes from WeChat: who may push, in which shapes, once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.wechat_events import handling, service
from app.wechat_events.bodies import Event, event_in, key_of, read
from app.wechat_events.errors import PushUnreadable
from app.wechat_events.models import WeChatEvent
from tests.support.pushes import ADDRESS, Pusher
from tests.support.world import START, World, at

OFFICIAL_TOKEN = "AAAAA"
SUCCESS = (200, "success")
NOT_GENUINE = (403, "push_not_genuine")


@pytest.fixture(params=["json", "xml"])
def pusher(world: World, settings: Settings, request: pytest.FixtureRequest) -> Pusher:
    return Pusher(world.application, settings, request.param)


@pytest.fixture
def with_settings(app: Flask, settings: Settings) -> Iterator[Any]:
    """Other settings for the application during a test."""

    def change(**changes: Any) -> Pusher:
        app.config["SETTINGS"] = settings.model_copy(update=changes)
        app.config["SETTINGS"].__dict__.pop("secrets", None)
        return Pusher(app, app.config["SETTINGS"])

    yield change
    app.config["SETTINGS"] = settings


def kept() -> list[WeChatEvent]:
    db.session.expire_all()
    return list(db.session.scalars(select(WeChatEvent).order_by(WeChatEvent.received_at)))


def answer(response: Any) -> tuple[int, str]:
    refused = response.is_json and response.json["error"]["code"]
    return response.status_code, refused or response.text


def test_a_push_in_secure_mode_is_kept_and_acknowledged(pusher: Pusher):
    response = pusher.push(pusher.accept("oResident", "t1", "t2"))
    assert answer(response) == SUCCESS
    assert response.mimetype == "text/plain"
    [event] = kept()
    assert (event.name, event.openid, event.pushed_at) == ("subscribe_msg_popup_event", "oResident", START)
    assert [item["TemplateId"] for item in event.data["List"]] == ["t1", "t2"]


def test_a_push_that_comes_again_changes_nothing(pusher: Pusher):
    plain = pusher.accept("oResident", "t1")
    assert [answer(pusher.push(plain)) for _ in range(3)] == [SUCCESS] * 3
    assert len(kept()) == 1


def test_two_events_of_one_person_in_one_second_are_two(pusher: Pusher):
    for template in ("t1", "t2"):
        pusher.push(pusher.accept("oResident", template))
    assert len(kept()) == 2


def test_a_replay_after_a_day_is_too_old_and_rows_are_kept_for_longer(pusher: Pusher):
    plain = pusher.accept("oResident", "t1")
    pusher.push(plain)
    with at(START + timedelta(days=30)), unit_of_work():
        assert service.forget_old() == 0, "nobody has handled it yet"
        assert handling.handle_some({"subscribe_msg_popup_event": lambda event: "done"}) == 1
    with at(START + timedelta(days=6)), unit_of_work():
        assert service.forget_old() == 0
    with at(START + timedelta(days=8)), unit_of_work():
        assert service.forget_old() == 1
    assert answer(pusher.push(plain, signed_ago_s=90_000)) == (403, "push_too_old")
    assert kept() == []


@pytest.mark.parametrize("changed", ["msg_signature", "timestamp", "nonce"])
def test_a_push_whose_signature_does_not_fit_is_refused(pusher: Pusher, changed: str):
    response = pusher.push(pusher.accept("oResident", "t1"), **{changed: "1714036504"})
    assert answer(response) == NOT_GENUINE
    assert kept() == []


def test_signature_alone_counts_for_nothing_in_secure_mode(pusher: Pusher):
    plain = pusher.accept("oResident", "t1")
    assert answer(pusher.push(plain, msg_signature="")) == NOT_GENUINE
    timestamp = str(int(clock.now().timestamp()))
    token = pusher.settings.secrets["wechat_event_token"]
    from wechat_simulator.event_crypto import signature

    query = {"signature": signature(token, timestamp, "1"), "timestamp": timestamp, "nonce": "1"}
    assert answer(pusher.raw(plain, **query)) == NOT_GENUINE, "another body on a signature that was seen"
    assert kept() == []


def test_a_message_for_another_app_is_refused(pusher: Pusher):
    assert answer(pusher.push(pusher.accept("oResident", "t1"), appid="wx1")) == (400, "push_unreadable")


def test_a_message_for_the_official_account_is_taken(pusher: Pusher):
    appid = pusher.settings.secrets["wechat_official_appid"]
    assert answer(pusher.push(pusher.event("subscribe", "oFollower", EventKey=""), appid=appid)) == SUCCESS
    assert [event.name for event in kept()] == ["subscribe"]


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "garbage",
        "<xml><MsgType>event</MsgType>",
        "[1]",
        '{"MsgType":"event"}',
        '{"MsgType":"event","Event":"subscribe","FromUserName":"o1","CreateTime":"soon"}',
        '{"MsgType":"event","Event":"subscribe","FromUserName":"o1","CreateTime":99999999999999999}',
        '{"MsgType":"event","Event":"subscribe","FromUserName":{},"CreateTime":1}',
        '{"MsgType":"event","Event":"subscribe","FromUserName":"o\\u0000","CreateTime":1}',
        '{"MsgType":"event","Event":"subscribe","FromUserName":"o1","CreateTime":1,"x":"\\ud800"}',
        '{"MsgType":"event","Event":"subscribe","FromUserName":"o1","CreateTime":NaN}',
        '{"a":' * 5000,
    ],
)
def test_what_cannot_be_read_is_clearly_refused(pusher: Pusher, plain: str):
    assert answer(pusher.push(plain)) == (400, "push_unreadable")
    assert kept() == []


@pytest.mark.parametrize("body", [b"", b"garbage", b"\xff\xfe", b"{}", b'{"Encrypt": 7}', b'{"Encrypt": "AAAA"}'])
def test_garbage_in_place_of_the_envelope_is_refused(pusher: Pusher, body: bytes):
    assert answer(pusher.raw(body))[0] in (400, 403)
    assert kept() == []


def test_a_body_that_is_too_long_is_refused(pusher: Pusher):
    assert pusher.raw(b"{" + b" " * 70_000).status_code == 413


@pytest.mark.parametrize("name", ["LOCATION", "VIEW", "CLICK"])
def test_an_event_that_nobody_asked_for_is_acknowledged_and_forgotten(pusher: Pusher, name: str):
    assert answer(pusher.push(pusher.event(name, "oResident", Latitude="23.1"))) == SUCCESS
    assert kept() == []


def test_what_somebody_writes_to_the_account_is_acknowledged_and_forgotten(pusher: Pusher):
    message = {"ToUserName": "gh", "FromUserName": "o1", "CreateTime": 1, "MsgType": "text", "Content": "你好"}
    assert answer(pusher.push(json.dumps(message))) == SUCCESS
    assert kept() == []


def test_plain_mode_takes_what_is_signed_and_nothing_else(world: World, with_settings: Any):
    """With the vectors of WeChat's documents: the token AAAAA, and the moments that they were signed at."""
    pusher = with_settings(wechat_event_plain_mode=True, wechat_event_token=OFFICIAL_TOKEN)
    posted_at = datetime.fromtimestamp(1714037059, UTC)
    query = {"timestamp": "1714037059", "nonce": "486452656"}
    with at(posted_at):
        plain = pusher.accept("oResident", "t1")
        signed = pusher.raw(plain, signature="899cf89e464efb63f54ddac96b0a0a235f53aa78", **query)
        forged = pusher.raw(plain, signature="f464b24fc39322e44b38aa78f5edd27bd1441696", **query)
    assert [answer(signed), answer(forged)] == [SUCCESS, NOT_GENUINE]
    assert len(kept()) == 1


def test_the_check_of_the_address_is_answered_as_in_wechats_documents(world: World, with_settings: Any):
    pusher = with_settings(database_url="x", wechat_event_token=OFFICIAL_TOKEN, wechat_event_aes_key="")
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "4375120948345356249"}
    client = pusher.application.test_client()
    good = client.get(ADDRESS, query_string={**query, "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696"})
    bad = client.get(ADDRESS, query_string={**query, "signature": "f464b24fc39322e44b38aa78f5edd27bd1441697"})
    assert answer(good) == (200, "4375120948345356249")
    assert answer(bad) == NOT_GENUINE


def test_without_a_token_nothing_is_taken(world: World, with_settings: Any):
    pusher = with_settings(database_url="x", wechat_event_token="", wechat_event_aes_key="")
    query = {"timestamp": "1", "nonce": "1", "signature": "da39a3ee5e6b4b0d3255bfef95601890afd80709"}
    assert answer(pusher.raw(pusher.accept("o1", "t1"), **query)) == NOT_GENUINE
    assert answer(world.application.test_client().get(ADDRESS)) == NOT_GENUINE


ITEMS = [{"TemplateId": "t1", "SubscribeStatusString": "accept"}, {"TemplateId": "t2"}]
HEAD = {"ToUserName": "gh", "FromUserName": "o1", "CreateTime": 1714037059, "MsgType": "event", "Event": "e"}
XML_HEAD = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in HEAD.items())


def xml_items(number: int) -> str:
    return "".join(
        "<List>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in item.items()) + "</List>"
        for item in ITEMS[:number]
    )


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("shape", ["xml", "json", "json wrapped", "json one-item list"])
def test_every_shape_of_a_list_is_read_as_the_same_list(shape: str, number: int):
    listed: Any = ITEMS[0] if number == 1 else ITEMS
    bodies = {
        "xml": f"<xml>{XML_HEAD}<SubscribeMsgPopupEvent>{xml_items(number)}</SubscribeMsgPopupEvent></xml>",
        "json": json.dumps({**HEAD, "List": listed}),
        "json wrapped": json.dumps({**HEAD, "SubscribeMsgPopupEvent": {"List": listed}}),
        "json one-item list": json.dumps({**HEAD, "List": ITEMS[:number]}),
    }
    event = event_in(read(bodies[shape]))
    assert event == Event("e", "o1", datetime.fromtimestamp(1714037059, UTC), {"List": ITEMS[:number]})


def test_a_verdict_on_media_keeps_its_result_whatever_the_type_of_its_label():
    verdict = {"trace_id": "t-1", "version": 2, "result": {"suggest": "risky", "label": "20001"}, "detail": []}
    event = event_in(read(json.dumps({**HEAD, "Event": "wxa_media_check", **verdict})))
    assert event is not None
    assert event.data == verdict


def test_an_entity_bomb_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'
    with pytest.raises(PushUnreadable):
        read(bomb)


def test_the_key_is_that_of_the_content_and_not_of_its_order():
    assert key_of({"a": 1, "b": 2}) == key_of({"b": 2, "a": 1}) != key_of({"a": 1, "b": 3})


def test_a_push_costs_one_insert_and_no_call_over_the_network(
    pusher: Pusher, app: Flask, monkeypatch: pytest.MonkeyPatch
):
    """What keeps the answer far below WeChat's limits: nothing is looked up, handled or asked of anybody meanwhile."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement.split()[0])

    def refuse(*address: Any) -> None:
        raise AssertionError("a connection was opened")

    pusher.push(pusher.accept("oResident", "t0"))  # so that what a process opens once is open
    plain = pusher.accept("oResident", "t1")
    engine = db.session.get_bind()
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    monkeypatch.setattr("socket.socket.connect", refuse)
    try:
        first, replayed = pusher.push(plain), pusher.push(plain)
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
    assert [answer(first), answer(replayed)] == [SUCCESS] * 2
    assert [one for one in statements if one not in ("SAVEPOINT", "RELEASE")] == ["INSERT", "INSERT"]


def test_an_event_that_is_refused_costs_no_statement_at_all(pusher: Pusher):
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    engine = db.session.get_bind()
    sqlalchemy_event.listen(engine, "before_cursor_execute", note)
    try:
        forged = pusher.push(pusher.accept("oResident", "t1"), msg_signature="0" * 40)
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", note)
    assert answer(forged) == NOT_GENUINE
    assert statements == []
