"""From the opening of voting to the final announcement, by the keyboard alone: paper by two, count by two, objection.

The way to the announcement is in test_meeting_desk. A file is chosen in the system's own window: the keyboard has to
come to its field.
"""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from app.core import clock
from tests.support.console import ConsoleWorld, Desk
from tests.support.counting_desk import CountedMeeting
from tests.support.files import picture
from tests.support.keyboard import keyboard, press
from tests.support.world import Person

SHEET = "/paper/[0-9a-f-]{36}$"


def read_sheet(page: Page) -> None:
    """Read the first two motions of a sheet as "for" and "against"."""
    press(page, "开始录入", SHEET)
    keyboard(page, "同意")
    page.keyboard.press("Space")
    keyboard(page, "同意")
    page.keyboard.press("ArrowDown")
    press(page, "提交录入", SHEET)


def said(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def test_the_keyboard_alone_brings_a_meeting_from_paper_to_its_final_announcement(
    town: ConsoleWorld, desk: Desk, tmp_path: Path
):
    meeting = CountedMeeting(town).opened()
    scan = tmp_path / "选票.png"
    scan.write_bytes(picture())
    first, second = desk.opened(town.secretary), desk.opened(town.supervisor)
    for page in (first, second):
        page.on("dialog", lambda dialog: dialog.accept())

    def after(page: Page, person: Person, path: str) -> None:
        """Signed in anew, since days have passed."""
        desk.sign_in(page.context, person)
        page.goto(meeting.desk + path)

    first.goto(meeting.desk + "/")
    press(first, "录入纸质表决票", "/paper$")
    press(first, "登记收到的表决票", "/paper/new$")
    first.keyboard.type("001")  # the field has the focus
    first.keyboard.press("Enter")
    first.wait_for_url("**/paper/new?q=001")
    press(first, "第1号", "/paper/new/[0-9a-f-]{36}$")
    keyboard(first, "表决票照片或扫描件")
    first.locator("input[type=file]").set_input_files(scan)
    press(first, "登记这张票", SHEET)
    read_sheet(first)
    said(first, "已经录入")
    second.goto(meeting.desk + "/paper")
    press(second, "第1号", SHEET)
    read_sheet(second)
    expect(second.get_by_text("两个人录入一致")).to_be_visible()

    for owner in meeting.owners[1:]:
        assert town.cast(owner, meeting.path, "for", "for").status_code == 201
    meeting.closed()
    after(first, town.secretary, "/paper")
    press(first, "计票", "/count$")
    press(first, "我确认可以计票", "/count$")
    said(first, "您已确认计票")
    after(second, town.supervisor, "/count")
    press(second, "我确认，开始计票", "/count$")
    press(second, "查看结果", "/result$")
    first.goto(meeting.desk + "/result")
    press(first, "公示结果", "/result$")
    said(first, "结果已经公示")

    press(first, "结果异议", "/objections$")
    press(first, "登记纸质异议书", "/objections/new$")
    first.keyboard.type("002")
    first.keyboard.press("Enter")
    first.wait_for_url("**/objections/new?q=002")
    press(first, "第2号", "/objections/new/[0-9a-f-]{36}$")
    keyboard(first, "异议内容")
    first.keyboard.type("有一张票没有计入。")
    keyboard(first, "异议书存放在哪里")
    first.keyboard.type("异议书卷第 2 号")
    keyboard(first, "登记")
    first.keyboard.press("Enter")
    expect(first.locator(".error")).to_have_text("请选是哪位业主提出的。")
    keyboard(first, "测***")
    first.keyboard.press("Space")
    press(first, "登记", "/objections$")
    second.goto(meeting.desk + "/objections")
    press(second, "测***：", "/objections/[0-9a-f-]{36}$")
    keyboard(second, "不成立")
    second.keyboard.press("Space")
    keyboard(second, "理由")
    second.keyboard.type("已经核对，票都计入了。")
    press(second, "答复", "/objections$")
    said(second, "已经答复")

    town.product.move_clock(clock.now() + timedelta(days=8))
    after(first, town.secretary, "/result")
    press(first, "正式公告结果", "/result$")
    said(first, "结果已经正式公告")
    assert meeting.state() == "final"
