"""Template messages of the linked official account."""

from typing import Any

from tests.wechat_simulator.world import OFFICIAL_VOTING_OPENED, World, message


def send(world: World, openid: str, **changes: Any) -> dict[str, Any]:
    body = message(openid, template_id=OFFICIAL_VOTING_OPENED, **changes)
    return world.post("/cgi-bin/message/template/send", body, token=world.official_token())


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
    query = {"access_token": world.official_token(), "openid": phone["official_openid"]}
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


def test_the_two_accounts_have_tokens_of_their_own(world: World) -> None:
    phone = world.phone()
    world.tap(phone["openid"], "follow")
    body = message(phone["official_openid"], template_id=OFFICIAL_VOTING_OPENED)
    assert world.post("/cgi-bin/message/template/send", body)["errcode"] == 48001
    assert world.post("/cgi-bin/message/subscribe/send", body, token=world.official_token())["errcode"] == 48001
    assert world.token(appid=world.simulator.official.appid)["errcode"] == 40125
    assert world.inbox(phone["openid"]) == []


def test_the_followers_are_listed_and_looked_up_by_the_hundred(world: World) -> None:
    phones = [world.phone(f"1380000000{number}") for number in range(3)]
    for phone in phones[:2]:
        world.tap(phone["openid"], "follow")
    token = world.official_token()
    listed = world.get("/cgi-bin/user/get", access_token=token, next_openid="")
    expected = sorted(phone["official_openid"] for phone in phones[:2])
    assert (listed["total"], listed["count"], listed["data"]["openid"]) == (2, 2, expected)
    rest = world.get("/cgi-bin/user/get", access_token=token, next_openid=listed["next_openid"])
    assert rest == {"total": 2, "count": 0, "next_openid": ""}
    asked = {"user_list": [{"openid": phone["official_openid"], "lang": "zh_CN"} for phone in phones]}
    users = world.post("/cgi-bin/user/info/batchget", asked, token=token)["user_info_list"]
    assert [user["subscribe"] for user in users] == [1, 1, 0]
    assert [user.get("unionid") for user in users] == [phones[0]["unionid"], phones[1]["unionid"], None]
    too_many = {"user_list": asked["user_list"] * 50}
    assert world.post("/cgi-bin/user/info/batchget", too_many, token=token)["errcode"] == 40032


def test_a_follower_who_blocks_messages_gets_none_though_wechat_accepts_it(world: World) -> None:
    phone = world.phone()
    world.tap(phone["openid"], "follow")
    assert world.client.delete(f"/_sim/phones/{phone['openid']}/official-messages").status_code == 200
    assert send(world, phone["official_openid"])["errcode"] == 0
    assert world.inbox(phone["openid"]) == []
    assert world.client.post(f"/_sim/phones/{phone['openid']}/official-messages").status_code == 200
    assert send(world, phone["official_openid"])["errcode"] == 0
    assert len(world.inbox(phone["openid"])) == 1
