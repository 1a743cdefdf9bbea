"""Checks of text, and codes that open the mini-program."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.wechat_simulator.world import World

PNG = b"\x89PNG\r\n\x1a\n"


def text_body(openid: str, text: str) -> dict[str, Any]:
    return {"version": 2, "scene": 2, "openid": openid, "content": text}


def check(world: World, openid: str, text: str) -> dict[str, Any]:
    return world.post("/wxa/msg_sec_check", text_body(openid, text))


def visitor(world: World) -> str:
    openid = str(world.phone()["openid"])
    world.login(world.tap(openid, "login-code")["code"])
    return openid


@pytest.mark.parametrize(
    ("content", "suggest"), [("电梯坏了", "pass"), ("这是违规测试内容", "risky"), ("存疑测试", "review")]
)
def test_risk_comes_with_errcode_zero(world: World, content: str, suggest: str) -> None:
    verdict = check(world, visitor(world), content)
    assert verdict["errcode"] == 0
    assert verdict["result"]["suggest"] == suggest


def test_text_sent_as_escapes_is_not_recognized(world: World) -> None:
    openid = visitor(world)
    body = json.dumps(text_body(openid, "违规测试"))
    address = f"/wxa/msg_sec_check?access_token={world.token()['access_token']}"
    assert world.client.post(address, data=body).get_json()["result"]["suggest"] == "pass"


def test_the_author_must_have_visited_within_two_hours(world: World) -> None:
    with time_machine.travel("2026-05-01T08:00:00Z", tick=False) as traveller:
        assert check(world, world.phone("13800000009")["openid"], "你好")["errcode"] == 61010
        openid = visitor(world)
        traveller.shift(timedelta(hours=1, minutes=59))
        assert check(world, openid, "你好")["errcode"] == 0
        traveller.shift(timedelta(minutes=1))
        assert check(world, openid, "你好")["errcode"] == 61010


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"version": 1}, 40097),
        ({"scene": 5}, 40097),
        ({"openid": "o1"}, 40003),
        ({"content": ""}, 44004),
        ({"content": "字" * 2501}, 45002),
    ],
)
def test_a_malformed_check_is_refused(world: World, changes: dict[str, Any], errcode: int) -> None:
    assert world.post("/wxa/msg_sec_check", {**text_body(visitor(world), "你好"), **changes})["errcode"] == errcode


def test_a_media_check_returns_a_trace_id(world: World) -> None:
    openid = visitor(world)
    body = {"version": 2, "scene": 1, "openid": openid, "media_type": 2, "media_url": "https://example.com/1.jpg"}
    assert world.post("/wxa/media_check_async", body)["trace_id"]
    assert world.post("/wxa/media_check_async", {**body, "media_url": "file:///1.jpg"})["errcode"] == 40097


def test_a_code_for_the_mini_program_is_an_image(world: World) -> None:
    body = {"scene": "c=1&b=2", "page": "pages/bind/index", "check_path": False, "width": 430}
    reply = world.raw_post("/wxa/getwxacodeunlimit", body)
    assert reply.content_type == "image/png"
    assert reply.data.startswith(PNG)


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"scene": ""}, 40129),
        ({"scene": "x" * 33}, 40129),
        ({"scene": "小区"}, 40129),
        ({"scene": "a%20b"}, 40129),
        ({"page": "/pages/bind/index"}, 41030),
        ({"page": "pages/bind/index?x=1"}, 41030),
        ({"width": 100}, 40097),
        ({"env_version": "formal"}, 40097),
    ],
)
def test_a_code_that_wechat_would_not_draw_is_refused(world: World, changes: dict[str, Any], errcode: int) -> None:
    assert world.post("/wxa/getwxacodeunlimit", {"scene": "c=1", "page": "pages/a", **changes})["errcode"] == errcode


def test_check_path_decides_whether_the_page_must_exist(world: World) -> None:
    world.client.put("/_sim/preferences", json={"pages": ["pages/home/index"]})
    body = {"scene": "c=1", "page": "pages/new/index"}
    assert world.post("/wxa/getwxacodeunlimit", body)["errcode"] == 41030
    assert world.raw_post("/wxa/getwxacodeunlimit", {**body, "check_path": False}).data.startswith(PNG)
