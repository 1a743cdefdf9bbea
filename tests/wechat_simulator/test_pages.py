"""The pages for a person."""

from tests.wechat_simulator.world import DATA, World, message


def test_an_empty_simulator_says_what_to_do(world: World) -> None:
    page = world.client.get("/")
    assert page.status_code == 200
    assert "还没有手机" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_adding_a_phone_leads_to_it(world: World) -> None:
    page = world.client.post("/phones", data={"phone_number": " 13812345678 "}, follow_redirects=True)
    assert page.status_code == 200
    assert "13812345678" in page.text
    assert "还没有收到消息" in page.text
    assert "13812345678" in world.client.get("/").text


def test_a_malformed_number_is_explained_and_adds_nothing(world: World) -> None:
    page = world.client.post("/phones", data={"phone_number": "abc"})
    assert page.status_code == 422
    assert "手机号应为 11 位数字" in page.text
    assert 'value="abc"' in page.text
    assert "还没有手机" in world.client.get("/").text


def test_search_narrows_the_list_and_says_when_nothing_is_found(world: World) -> None:
    world.client.post("/_sim/phones", json={"phone_numbers": ["13800000001", "13900000002"]})
    page = world.client.get("/?search=139").text
    assert "13900000002" in page
    assert "13800000001" not in page
    assert "没有找到" in world.client.get("/?search=777").text


def test_a_message_is_shown_as_a_card(world: World) -> None:
    openid = world.phone()["openid"]
    world.accept(openid)
    risky = {**DATA, "thing1": {"value": "<b>业主大会</b>"}}
    assert world.send(message(openid, page="pages/meeting/index?id=1", data=risky))["errcode"] == 0
    page = world.client.get(f"/phones/{openid}").text
    for text in ("投票开始提醒", "会议名称", "阳光花园", "pages/meeting/index?id=1", "&lt;b&gt;业主大会"):
        assert text in page
    assert "1 条消息" in world.client.get("/").text


def test_the_owner_can_accept_reject_follow_and_unfollow(world: World) -> None:
    openid = world.phone()["openid"]
    taps = [
        ({"action": "accept", "template_id": "sim_voting_opened"}, "还可收 1 条"),
        ({"action": "reject", "template_id": "sim_voting_opened"}, "已拒绝"),
        ({"action": "follow"}, "已关注"),
        ({"action": "unfollow"}, "未关注"),
    ]
    for form, expected in taps:
        page = world.client.post(f"/phones/{openid}", data=form, follow_redirects=True)
        assert page.status_code == 200
        assert expected in page.text


def test_a_tap_without_a_template_is_explained(world: World) -> None:
    openid = world.phone()["openid"]
    page = world.client.post(f"/phones/{openid}", data={"action": "accept"})
    assert page.status_code == 422
    assert "一次请选择 1 至 5 个消息模板" in page.text
    assert world.client.post(f"/phones/{openid}", data={"action": "dance"}).status_code == 422


def test_unknown_phones_and_pages_are_explained(world: World) -> None:
    page = world.client.get("/phones/nobody")
    assert page.status_code == 404
    assert "没有这部手机" in page.text
    assert "没有这个页面" in world.client.get("/nowhere").text
    with world.client.get("/static/simulator.css") as style:
        assert style.status_code == 200
