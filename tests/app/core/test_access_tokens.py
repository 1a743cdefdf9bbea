"""One access token for all processes, fetched once, against the simulator over real HTTP."""

import os
import threading
from typing import Any

import pytest

from app.core import queueing
from app.core import wechat as api
from app.core.settings import Settings
from tests.support.forking import start
from tests.support.processes import environment
from tests.support.wechat import WeChat

TOKEN, SEND = "/cgi-bin/stable_token", "/cgi-bin/message/subscribe/send"


def rules(wechat_server: WeChat, *rules: dict[str, Any]) -> None:
    assert wechat_server.http.put("/_sim/faults", json={"seed": 1, "rules": list(rules)}).status_code == 200


def calls(wechat_server: WeChat) -> list[int]:
    """How many calls each rule has matched."""
    return [rule["matched"] for rule in wechat_server.http.get("/_sim/faults").json()["rules"]]


def test_any_number_of_cold_processes_fetch_one_token(wechat: WeChat, settings: Settings):
    rules(wechat, {"path": TOKEN, "latency_ms": 300})
    (reading, writing), (gate, opener) = os.pipe(), os.pipe()
    cold = {"environment": environment(settings), "stdin": gate, "stdout": writing}
    programs = [start("tests.app.core.cold_token", **cold) for _ in range(6)]
    for file in (writing, gate):
        os.close(file)
    with open(reading, encoding="utf-8") as said:
        assert [said.readline() for _ in programs] == ["ready\n"] * 6
        os.close(opener)
        tokens = said.read().split()
    assert [program.wait(30) for program in programs] == [0] * 6
    assert (len(tokens), len(set(tokens))) == (6, 1)
    assert calls(wechat) == [1]


def test_any_number_of_cold_threads_fetch_one_token(wechat: WeChat, app: Any):
    rules(wechat, {"path": TOKEN, "latency_ms": 100})
    tokens: list[str] = []
    threads = [threading.Thread(target=lambda: tokens.append(api.client().access_token)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(tokens), len(set(tokens)), calls(wechat)) == (16, 1, [1])


def send() -> int | None:
    try:
        api.client().call_with_token("post", SEND, {"touser": "nobody"})
    except api.WeChatError as error:
        return error.errcode
    return 0


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_an_invalid_token_is_renewed_and_the_call_made_once_more(app: Any, wechat: WeChat, errcode: int):
    rules(wechat, {"path": SEND, "errcode": errcode, "count": 1}, {"path": TOKEN})
    assert send() == 40003, "the second call got through"
    assert calls(wechat)[0] == 2


def test_a_storm_of_invalid_tokens_makes_two_calls_each_and_hardly_any_fetches(app: Any, wechat: WeChat):
    rules(wechat, {"path": SEND, "errcode": 40001}, {"path": TOKEN})
    assert [send() for _ in range(20)] == [40001] * 20
    sent, fetched = calls(wechat)
    assert sent == 40
    assert fetched <= 2


def test_a_token_that_another_process_has_renewed_is_taken_over(app: Any, wechat: WeChat, settings: Settings):
    rules(wechat, {"path": TOKEN})
    first = api.MiniProgramClient(settings)
    second = api.MiniProgramClient(settings)
    assert first.access_token == second.access_token
    wechat.http.delete("/_sim/access-tokens")
    for client in (first, second):
        with pytest.raises(api.WeChatError) as refused:
            client.call_with_token("post", SEND, {"touser": "nobody"})
        assert refused.value.errcode == 40003
    assert calls(wechat) == [2]


def test_without_redis_a_process_still_has_its_token(app: Any, wechat: WeChat, settings: Settings):
    client = api.MiniProgramClient(settings)
    queueing.configure("redis://127.0.0.1:1/0")
    try:
        rules(wechat, {"path": TOKEN})
        assert len({client.access_token for _ in range(3)}) == 1
        assert calls(wechat) == [1]
    finally:
        queueing.configure(settings.effective_redis_url)


@pytest.mark.parametrize("errcode", [40164, 40125, -1])
def test_a_token_that_is_refused_says_why(app: Any, wechat: WeChat, errcode: int):
    rules(wechat, {"path": TOKEN, "errcode": errcode}, {"path": SEND})
    assert send() == errcode
    assert calls(wechat)[1] == 0


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://no-such-name.invalid"])
def test_a_call_that_never_left_is_known_not_to_be_done(app: Any, settings: Settings, address: str):
    client = api.MiniProgramClient(settings.model_copy(update={"wechat_api_base_url": address}))
    with pytest.raises(api.WeChatUnreachable) as lost:
        client.call("post", SEND, data={})
    assert not lost.value.maybe_done


@pytest.mark.parametrize("fault", [{"lose_reply": True}, {"drop_connection": True}, {"latency_ms": 2500}])
def test_a_call_without_a_reply_may_be_done(app: Any, wechat: WeChat, fault: dict[str, Any]):
    rules(wechat, {"path": "/cgi-bin/token", **fault})
    with pytest.raises(api.WeChatUnreachable) as lost:
        api.client().call("get", "/cgi-bin/token")
    assert lost.value.maybe_done
