"""The review queue, as those who review work it off: by keys, with a way back, two at a time, without a network."""

import pytest
from playwright.sync_api import Page, expect

from app.moderation.check_models import Suggest
from app.org.models import Role
from tests.support.console import PHONE, ConsoleWorld, Desk, later, timed, visitor
from tests.support.console_reviews import waiting_wish
from tests.support.moderation import said
from tests.support.notices import Notices
from tests.support.volunteering import ABOUT, Volunteering, shift, soon
from tests.support.wishes import Wishes


@pytest.fixture
def wishes(town: ConsoleWorld) -> Wishes:
    return Wishes(town)


def queue_of(town: ConsoleWorld) -> str:
    return f"/console/compounds/{town.compound}/reviews/"


def at_queue(town: ConsoleWorld, page: Page) -> Page:
    page.goto(queue_of(town))
    return page


def words(page: Page, text: str) -> None:
    """Wait until this is the item that the page shows."""
    expect(page.locator("#review .words").first).to_contain_text(text)


def test_a_morning_s_work_with_keys_only(town: ConsoleWorld, desk: Desk, wishes: Wishes):
    first, second, third = (wishes.submitted(text=f"第{number}个心愿，想请人修灯。") for number in "一二三")
    page = at_queue(town, timed(desk.opened(town.secretary)))
    words(page, "第一个")
    expect(page.get_by_text("等您审核的还有 3 条")).to_be_visible()
    page.keyboard.press("1")
    words(page, "第二个")
    page.keyboard.press("3")
    words(page, "第三个")
    page.keyboard.press("2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("1 号楼 2 单元")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    words(page, "第二个")
    page.keyboard.press("1")
    expect(page.get_by_text("都审核完了")).to_be_visible()
    expect(page.locator("#held p")).to_have_count(3)
    assert wishes.state(first) == "checking", "a decision waits ten seconds for being taken back"
    later(10, page)
    expect(page.locator("#held p")).to_have_count(0)
    assert [wishes.state(one) for one in (first, second, third)] == ["published", "published", "returned"]
    told = wishes.call(wishes.poster, "GET", f"/{third}").json["review"]
    assert (told["ground"], told["reason"]) == (
        "out_of_scope",
        "这件事不属于这里受理的范围，请联系社区或物业服务企业。1 号楼 2 单元",
    )


def test_a_decision_is_taken_back_and_what_was_typed_is_still_there(town: ConsoleWorld, desk: Desk, wishes: Wishes):
    wish = wishes.submitted()
    page = at_queue(town, desk.opened(town.secretary))
    page.keyboard.press("2")
    page.get_by_role("button", name="退回给提交人").click()
    expect(page.get_by_text("请选择一条退回的原因；")).to_be_visible()
    page.get_by_label("其他原因").check()
    page.get_by_label("再补充一句").fill("请写明时间")
    page.get_by_role("button", name="退回给提交人").click()
    expect(page.locator("#held")).to_contain_text("秒后生效")
    expect(page.get_by_text("都审核完了")).to_be_visible()  # the page has stopped moving
    page.get_by_role("button", name="撤销（Z）").click()
    expect(page.get_by_label("再补充一句")).to_have_value("请写明时间")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert wishes.state(wish) == "checking"
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("都审核完了")).to_be_visible()
    page.get_by_role("link", name="今天").click()
    page.wait_for_timeout(500)
    assert wishes.state(wish) == "published", "whoever leaves the page does not take the decision back"
    at_queue(town, page)
    expect(page.locator("#held p")).to_have_count(0)


def test_two_reviewers_on_one_item_and_the_later_is_told(town: ConsoleWorld, desk: Desk, wishes: Wishes):
    wish = wishes.submitted()
    here, there = (at_queue(town, timed(desk.opened(one))) for one in (town.secretary, town.supervisor))
    here.keyboard.press("1")
    assert visitor(town, town.supervisor).post(f"{queue_of(town)}{wishes.case_of(wish)}/refusal", ground="unclear")
    assert wishes.state(wish) == "returned"
    later(10, here)
    expect(here.get_by_role("alert")).to_contain_text("没有办成：这条内容已退回，不能再审核。")
    here.get_by_role("button", name="知道了").click()
    expect(here.locator("#held p")).to_have_count(0)
    there.keyboard.press("1")
    there.reload()  # leaving sends it
    expect(there.locator("#held")).to_contain_text("已退回，不能再审核")
    assert wishes.state(wish) == "returned"


def test_without_a_network_the_decision_waits_and_is_sent_when_it_is_back(
    town: ConsoleWorld, desk: Desk, wishes: Wishes
):
    first, second = (wishes.submitted(text=f"第{number}个心愿，想请人修灯。") for number in "一二")
    page = at_queue(town, timed(desk.opened(town.secretary, PHONE)))
    page.context.set_offline(True)
    page.get_by_role("button", name="通过").click()
    expect(page.locator("#held")).to_contain_text("秒后生效")
    later(10, page)
    expect(page.locator("#held")).to_contain_text("网络断开，还没有送出")
    assert wishes.state(first) == "checking"
    page.context.set_offline(False)
    later(3, page)
    words(page, "第二个")
    expect(page.locator("#held p")).to_have_count(0)
    assert [wishes.state(one) for one in (first, second)] == ["published", "checking"]


def test_a_wish_is_merged_into_one_that_asks_for_the_same(town: ConsoleWorld, desk: Desk):
    waiting_wish(town)
    page = at_queue(town, desk.opened(town.secretary, PHONE))
    photo = page.get_by_alt_text("第 1 张照片")
    expect(photo).to_be_visible()
    assert photo.evaluate("one => one.complete && one.naturalWidth > 0")
    assert photo.bounding_box()["width"] > 300
    page.get_by_role("button", name="合并到这个心愿").click()
    expect(page.get_by_text("都审核完了")).to_be_visible()
    page.reload()
    expect(page.locator("#held p")).to_have_count(0)
    states = {
        one["state"] for one in town.api(town.secretary)("GET", f"/compounds/{town.compound}/wishes").json["items"]
    }
    assert states == {"published"}
    assert visitor(town, town.secretary).get(queue_of(town)).text.count("都审核完了") == 1


def test_without_scripts_a_decision_holds_at_once(town: ConsoleWorld, desk: Desk, wishes: Wishes):
    wish, other = wishes.submitted(), wishes.submitted(wishes.other, text="想请人教我用手机挂号。")
    page = at_queue(town, desk.opened(town.secretary, java_script_enabled=False))
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("已通过。")).to_be_visible()
    assert wishes.state(wish) == "published"
    page.locator("summary").get_by_text("退回").click()
    page.get_by_role("button", name="退回给提交人").click()
    expect(page.get_by_text("请选择一条退回的原因。")).to_be_visible()
    page.get_by_label("其他原因").check()
    page.get_by_role("button", name="退回给提交人").click()
    expect(page.get_by_text("选“其他原因”时，请在下面写明原因")).to_be_visible()
    page.get_by_label("再补充一句").fill("请写明手机型号")
    page.get_by_role("button", name="退回给提交人").click()
    expect(page.get_by_text("已退回，提交人会看到原因。")).to_be_visible()
    assert wishes.call(wishes.other, "GET", f"/{other}").json["review"]["reason"] == "请写明手机型号"


def test_own_entries_are_not_offered_and_not_taken(town: ConsoleWorld, wishes: Wishes):
    wish = wishes.submitted()
    town.appoint(wishes.poster, Role.SECRETARY)
    own, other = visitor(town, wishes.poster), visitor(town, town.secretary)
    page = own.get(queue_of(town)).text
    assert "都审核完了" in page
    assert "另有 1 条是您自己提交或经手过的" in page
    assert "data-item" in other.get(queue_of(town)).text
    case = f"{queue_of(town)}{wishes.case_of(wish)}/"
    assert "要由另一位书记或社区工作人员审核" in own.get(case).text
    held = own.post(f"{case}acceptance", headers={"X-Held": "1"})
    assert (held.status_code, held.text) == (
        403,
        "不能审核您自己提交或代为提交的内容。请由另一位书记或社区工作人员审核。",
    )
    assert own.post(f"{case}acceptance").status_code == 303
    assert wishes.state(wish) == "checking"


def test_an_appeal_goes_to_somebody_who_did_not_refuse(town: ConsoleWorld, wishes: Wishes):
    wish = wishes.submitted()
    case = wishes.case_of(wish)
    assert wishes.decide(wish, False).status_code == 200
    assert wishes.reviews(wishes.poster, "POST", f"/{case}/appeal", {"text": "写得很清楚"}).status_code == 200
    assert "都审核完了" in visitor(town, town.secretary).get(queue_of(town)).text
    shown = visitor(town, town.supervisor).get(queue_of(town)).text
    assert "申诉复核" in shown
    assert "写得很清楚" in shown
    assert "请写清楚需要什么帮助" in shown


def test_the_page_says_why_the_automatic_check_stopped_it(town: ConsoleWorld, wishes: Wishes):
    wish = wishes.draft()
    wishes.call(wishes.poster, "POST", f"/{wish}/submission")
    wishes.said(wish, Suggest.REVIEW)
    shown = visitor(town, town.secretary).get(queue_of(town)).text
    assert "建议人工审核" in shown


def test_appeals_against_the_list_are_in_the_queue_of_a_third_person(town: ConsoleWorld, desk: Desk):
    notices = Notices(town)
    entry = notices.hearing(about=notices.concerned)
    notices.appealed(notices.concerned, entry)
    assert "都审核完了" in visitor(town, town.secretary).get(queue_of(town)).text
    page = at_queue(town, desk.opened(town.supervisor))
    expect(page.get_by_role("heading", name="红黑榜申诉")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("现场查看，情况不属实。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("都审核完了")).to_be_visible()
    page.get_by_role("link", name="今天").click()
    page.wait_for_timeout(500)
    assert notices.call(notices.secretary, "GET", f"/{entry}").json["state"] == "taken_down"


def test_words_of_volunteering_come_under_their_own_name(town: ConsoleWorld):
    body = {**ABOUT, "shifts": [shift(soon())]}
    made = town.api(town.secretary)("POST", f"{Volunteering(town).path}/activities", body)
    assert made.status_code == 201, made.text
    said(made.json["id"], Suggest.REVIEW)
    shown = visitor(town, town.supervisor).get(queue_of(town)).text
    assert "<h1>志愿活动或便民服务" in shown
    assert "都要由人看过才会公开" not in shown, "WeChat's word is enough where it finds nothing"
