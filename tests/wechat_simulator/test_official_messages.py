"""Template messages of the linked official account."""

from typing import Any

from tests.wechat_simulator.world import OFFICIAL_VOTING_OPENED, World, message


def send(world: World, openid: str, **changes: Any) -> dict[str, Any]:
    body = message(openid, template_id=OFFICIAL_VOTING_OPENED, **changes)
    return world.post("/cgi-bin/message/template/send", body)


def test_only_followers_are_reached_and_only_by_their_openid_at_the_account(world: World) -> None:
    phone = world.phone()
    assert send(world, phone["official_openid"])["errcode"] == 43004
    world.tap(phone["openid"], "follow")
    assert send(world, phone["openid"])["errcode"] == 40003
    miniprogram = {"appid": world.simulator.appid, "pagepath": "pages/meeting/index"}
    assert send(world, phone["official_openid"], miniprogram=miniprogram)["errcode"] == 0
    [received] = world.inbox(phone["openid"])
    assert (received["channel"], received["page"]) == ("official", "pages/meeting/index")
    world.tap(phone["openid"], "unfollow")
    assert send(world, phone["official_openid"])["errcode"] == 43004


def test_the_unionid_matches_a_follower_with_a_user_of_the_mini_program(world: World) -> None:
    phone = world.phone()
    query = {"access_token": world.token()["access_token"], "openid": phone["official_openid"]}
    assert world.get("/cgi-bin/user/info", **query)["subscribe"] == 0
    world.tap(phone["openid"], "follow")
    assert world.get("/cgi-bin/user/info", **query)["unionid"] == phone["unionid"]


def test_the_same_client_msg_id_sends_one_message(world: World) -> None:
    phone = world.phone()
    world.tap(phone["openid"], "follow")
    replies = [send(world, phone["official_openid"], client_msg_id="meeting-1:13800000001") for _ in range(2)]
    assert replies[0] == replies[1]
    assert len(world.inbox(phone["openid"])) == 1


def test_a_message_for_another_mini_program_or_with_a_bad_field_is_refused(world: World) -> None:
    phone = world.phone()
    world.tap(phone["openid"], "follow")
    assert send(world, phone["official_openid"], miniprogram={"appid": "wx1"})["errcode"] == 40013
    assert send(world, phone["official_openid"], data={})["errcode"] == 47003
    assert world.inbox(phone["openid"]) == []


def test_the_quota_of_the_account_is_its_own(world: World) -> None:
    world.client.put("/_sim/preferences", json={"official_daily_quota": 1})
    phone = world.phone()
    world.tap(phone["openid"], "follow")
    assert [send(world, phone["official_openid"])["errcode"] for _ in range(2)] == [0, 45009]
