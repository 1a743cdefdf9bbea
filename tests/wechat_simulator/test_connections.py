"""What only a real server shows: broken connections, lost replies, calls at the same time, a restart."""

import threading
import time
from typing import Any

import pytest
import requests
from wechatpy import WeChatClient

from tests.wechat_simulator.conftest import Server
from tests.wechat_simulator.world import VOTING_OPENED, message

SEND = "/cgi-bin/message/subscribe/send"


def subscriber(server: Server, number: str, times: int = 1) -> str:
    openid = str(server.control("POST", "phones", {"phone_number": number})["openid"])
    body = {"template_ids": [VOTING_OPENED], "openids": [openid], "times": times}
    server.control("POST", "accept", body)
    return openid


def received(server: Server, openid: str) -> list[dict[str, Any]]:
    return list(server.control("GET", f"phones/{openid}/inbox")["messages"])


def test_a_dropped_connection_delivers_nothing(server: Server) -> None:
    openid, token = subscriber(server, "13800000001"), server.token()
    server.control("PUT", "faults", {"rules": [{"path": SEND, "drop_connection": True, "count": 1}]})
    with pytest.raises(requests.RequestException):
        server.send(message(openid), token)
    assert received(server, openid) == []
    assert server.send(message(openid), token)["errcode"] == 0


def test_a_lost_reply_hides_a_message_that_was_delivered(server: Server) -> None:
    openid, token = subscriber(server, "13800000002"), server.token()
    server.control("PUT", "faults", {"rules": [{"path": SEND, "lose_reply": True, "count": 1}]})
    with pytest.raises(requests.RequestException):
        server.send(message(openid), token)
    assert len(received(server, openid)) == 1
    assert server.send(message(openid), token)["errcode"] == 43101


def test_two_calls_for_one_openid_at_the_same_time_collide(server: Server) -> None:
    openid, token = subscriber(server, "13800000003", times=2), server.token()
    server.control("PUT", "faults", {"rules": [{"path": SEND, "latency_ms": 300}]})
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda: codes.append(server.send(message(openid), token)["errcode"])) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0, 43108]
    assert server.send(message(openid), token)["errcode"] == 0


def test_calls_for_different_openids_wait_side_by_side(server: Server) -> None:
    openids = [subscriber(server, f"1380000010{i}") for i in range(8)]
    token = server.token()
    server.control("PUT", "faults", {"rules": [{"path": SEND, "latency_ms": 300}]})
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda name=name: codes.append(server.send(message(name), token)["errcode"]))
        for name in openids
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0] * 8
    assert time.monotonic() - started < 8 * 0.3


def test_wechatpy_speaks_to_it_without_a_content_type(server: Server) -> None:
    health = server.control("GET", "health")
    client = WeChatClient(health["appid"], "unused", access_token=server.token(), timeout=5)
    client.API_BASE_URL = f"{server.url}/"
    openid = subscriber(server, "13800000004")
    assert client.post("cgi-bin/message/subscribe/send", data=message(openid))["errcode"] == 0


def test_a_server_that_stops_and_starts_still_knows_everything(server: Server) -> None:
    openid, token = subscriber(server, "13800000005", times=2), server.token()
    assert server.send(message(openid), token)["errcode"] == 0
    server.stop()
    server.start()
    assert len(received(server, openid)) == 1
    assert server.send(message(openid), token)["errcode"] == 0
    assert server.send(message(openid), token)["errcode"] == 43101
