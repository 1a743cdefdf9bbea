"""Access tokens: issuing, checking, expiring."""

from datetime import timedelta

import pytest
import time_machine

from tests.wechat_simulator.world import World

NOW = "2026-05-01T08:00:00Z"


def errcode_with(world: World, token: str | None) -> int | None:
    """The errcode of a harmless call with this token; 40003 means that the token was accepted."""
    reply = world.post("/cgi-bin/message/subscribe/send", {"touser": "nobody"}, token=token)
    return int(reply["errcode"])


def test_the_stable_token_stays_the_same_until_300_seconds_are_left(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        first = world.token()
        assert first["expires_in"] == 7200
        traveller.shift(timedelta(seconds=6900))
        assert world.token() == {"access_token": first["access_token"], "expires_in": 300}
        traveller.shift(timedelta(seconds=1))
        second = world.token()
        assert second["access_token"] != first["access_token"]
        assert errcode_with(world, first["access_token"]) == 40003


def test_a_forced_refresh_invalidates_the_stable_token(world: World) -> None:
    first = world.token()["access_token"]
    second = world.token(force_refresh=True)["access_token"]
    assert errcode_with(world, first) == 40001
    assert errcode_with(world, second) == 40003
    assert world.token()["access_token"] == second


def test_the_plain_token_invalidates_the_one_before_but_not_the_stable_one(world: World) -> None:
    stable = world.token()["access_token"]
    query = {**world.credentials, "grant_type": "client_credential"}
    first = world.get("/cgi-bin/token", **query)["access_token"]
    second = world.get("/cgi-bin/token", **query)["access_token"]
    assert [errcode_with(world, token) for token in (stable, first, second)] == [40003, 40001, 40003]


def test_an_expired_token_says_so(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as traveller:
        token = world.token()["access_token"]
        traveller.shift(timedelta(seconds=7201))
        assert errcode_with(world, token) == 42001


def test_tokens_can_be_made_to_expire(world: World) -> None:
    token = world.token()["access_token"]
    assert world.client.delete("/_sim/access-tokens").get_json() == {"expired": 1}
    assert errcode_with(world, token) == 42001


@pytest.mark.parametrize(("token", "errcode"), [(None, 41001), ("short", 40014), ("x" * 120, 40001)])
def test_missing_malformed_and_unknown_tokens_are_told_apart(world: World, token: str | None, errcode: int) -> None:
    assert errcode_with(world, token) == errcode


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"appid": ""}, 41002),
        ({"appid": "wx1"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "authorization_code"}, 40002),
    ],
)
def test_no_token_is_given_for_wrong_credentials(world: World, changes: dict[str, str], errcode: int) -> None:
    assert world.token(**changes)["errcode"] == errcode


def test_unknown_paths_wrong_methods_and_unreadable_bodies_have_codes(world: World) -> None:
    assert world.get("/cgi-bin/nothing")["errcode"] == 40066
    assert world.get("/cgi-bin/stable_token")["errcode"] == 43002
    assert world.post("/cgi-bin/token", {})["errcode"] == 43001
    assert world.post("/cgi-bin/stable_token", [], token=None)["errcode"] == 47001
    reply = world.client.post("/cgi-bin/stable_token", data=b"{")
    assert reply.get_json(force=True)["errcode"] == 47001
