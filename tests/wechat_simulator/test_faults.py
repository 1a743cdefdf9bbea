"""Faults on request: repeatable, limited, and gone when cleared."""

import time
from typing import Any

import pytest

from tests.wechat_simulator.world import World, message
from wechat_simulator.errors import ERROR_TEXTS

SEND = "/cgi-bin/message/subscribe/send"


def set_faults(world: World, *rules: dict[str, Any], seed: int = 1) -> None:
    reply = world.client.put("/_sim/faults", json={"seed": seed, "rules": list(rules)})
    assert reply.status_code == 200, reply.text


def outcomes(world: World, calls: int) -> list[int]:
    """Error codes of calls that would otherwise be refused with 40003."""
    token = world.token()["access_token"]
    return [world.post(SEND, {"touser": "nobody"}, token=token)["errcode"] for _ in range(calls)]


def test_the_same_seed_brings_the_same_faults(world: World) -> None:
    rule = {"path": SEND, "errcode": -1, "probability": 0.5}
    runs = []
    for seed in (7, 7, 8):
        set_faults(world, rule, seed=seed)
        runs.append(outcomes(world, 40))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert set(runs[0]) == {-1, 40003}


def test_a_rule_can_start_late_and_end_early(world: World) -> None:
    set_faults(world, {"path": SEND, "errcode": 45009, "after": 2, "count": 3})
    assert outcomes(world, 7) == [40003, 40003, 45009, 45009, 45009, 40003, 40003]
    [rule] = world.client.get("/_sim/faults").get_json()["rules"]
    assert (rule["matched"], rule["struck"]) == (7, 3)


def test_a_rule_concerns_its_path_only_and_a_star_concerns_all(world: World) -> None:
    set_faults(world, {"path": "/wxa/msg_sec_check", "errcode": -1})
    assert outcomes(world, 1) == [40003]
    set_faults(world, {"path": "*", "errcode": 40164})
    refusal = world.token()
    assert refusal["errcode"] == 40164
    assert "not in whitelist" in refusal["errmsg"]


@pytest.mark.parametrize(
    "errcode",
    [-1, 40001, 40014, 42001, 40003, 40037, 40164, 41030, 43101, 43107, 43108, 43116, 45009, 45168, 47003],
)
def test_an_injected_error_costs_no_accept(world: World, errcode: int) -> None:
    openid = world.phone()["openid"]
    world.accept(openid)
    set_faults(world, {"path": SEND, "errcode": errcode, "count": 1})
    assert [world.send(message(openid))["errcode"] for _ in range(2)] == [errcode, 0]


def test_latency_delays_the_reply(world: World) -> None:
    set_faults(world, {"path": SEND, "latency_ms": 80})
    token = world.token()["access_token"]
    started = time.monotonic()
    world.post(SEND, {}, token=token)
    assert time.monotonic() - started >= 0.08


def test_clearing_the_rules_ends_them(world: World) -> None:
    set_faults(world, {"path": SEND, "errcode": -1})
    assert world.client.delete("/_sim/faults").status_code == 204
    assert outcomes(world, 1) == [40003]


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"path": SEND, "colour": "red"},
        {"path": SEND, "probability": 2},
        {"path": SEND, "latency_ms": "slow"},
        {"path": SEND, "errcode": "x"},
        "text",
    ],
)
def test_a_malformed_rule_is_refused_and_changes_nothing(world: World, rule: object) -> None:
    set_faults(world, {"path": SEND, "errcode": -1})
    reply = world.client.put("/_sim/faults", json={"rules": [rule]})
    assert reply.status_code == 422
    assert "path" in reply.get_json()["message"]
    assert outcomes(world, 1) == [-1]


def test_a_fifth_of_busy_answers_is_about_a_fifth_and_the_same_fifth_each_time(world: World) -> None:
    runs = []
    for _ in range(2):
        set_faults(world, {"path": SEND, "errcode": -1, "probability": 0.2}, seed=4)
        runs.append(outcomes(world, 200))
    assert runs[0] == runs[1]
    assert 25 <= runs[0].count(-1) <= 55


def test_several_rules_add_up_latency_and_the_first_code_counts(world: World) -> None:
    rules = [{"path": SEND, "latency_ms": 30}, {"path": "*", "latency_ms": 30, "errcode": 45009}]
    set_faults(world, *rules, {"path": SEND, "errcode": -1})
    started = time.monotonic()
    assert world.post(SEND, {}, token=None)["errcode"] == 45009
    assert time.monotonic() - started >= 0.06


def test_a_quota_that_runs_out_halfway_refuses_the_rest_only(world: World) -> None:
    set_faults(world, {"path": SEND, "errcode": 45009, "after": 20})
    assert outcomes(world, 40) == [40003] * 20 + [45009] * 20


def test_every_code_of_the_documents_has_its_own_text() -> None:
    documented = {-1, 40001, 40003, 40014, 40037, 40164, 41030, 42001, 43004, 43101, 43107, 43108, 43116}
    assert documented | {45009, 45168, 47003, 40029, 40163, 40226, 45011, 45103, 45109, 61010} <= set(ERROR_TEXTS)
    texts = list(ERROR_TEXTS.values())
    assert len(set(texts)) == len(texts)
