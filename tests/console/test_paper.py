"""Paper ballots at the desk: registered, read by two people without each other's eyes, and settled."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.org.models import Role
from tests.support.console import PHONE, ConsoleWorld, Desk, later, timed, visitor
from tests.support.counting_desk import CountedMeeting
from tests.support.files import EXECUTABLE, picture
from tests.support.paper import Table


def entries(table: Table, sheet_id: str, town: ConsoleWorld) -> tuple[str, int]:
    shown = table.show({"id": sheet_id}, town.secretary).json
    return shown["state"], shown["entered"]


def choose(page: Page, *choices: str) -> None:
    for number, choice in enumerate(choices, start=1):
        page.locator(f"input[name=choice_{number}][value={choice}]").check()


def read_sheet(page: Page, address: str, *choices: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="开始录入").click()
    expect(page.get_by_alt_text("表决票的扫描件")).to_be_visible()
    choose(page, *choices)
    page.get_by_role("button", name="提交录入").click()


def test_two_people_register_read_and_confirm_a_sheet(town: ConsoleWorld, desk: Desk, tmp_path: Path):
    meeting = CountedMeeting(town).opened()
    scan = tmp_path / "选票.jpg"
    scan.write_bytes(picture("JPEG", 900, 1270))
    first, second = timed(desk.opened(town.secretary)), desk.opened(town.supervisor, PHONE)
    first.goto(f"{meeting.desk}/paper")
    first.get_by_role("button", name="登记收到的表决票").click()
    first.get_by_role("searchbox").fill("没有这一户")
    first.get_by_role("button", name="查找").click()
    expect(first.get_by_role("alert").filter(has_text="没有找到")).to_be_visible()
    first.get_by_role("searchbox").fill("001")
    first.get_by_role("button", name="查找").click()
    first.get_by_role("link", name=re.compile("第 1 号")).click()
    first.get_by_role("button", name="登记这张票").click()
    expect(first.get_by_text("请拍照或者选择表决票的扫描件")).to_be_visible()
    first.get_by_label("表决票照片或扫描件").set_input_files(scan)
    first.get_by_role("button", name="登记这张票").click()
    expect(first.get_by_text("表决票已经登记")).to_be_visible()
    sheet = first.url.rpartition("/")[2]
    first.get_by_role("button", name="开始录入").click()
    choose(first, "for")
    first.get_by_role("button", name="提交录入").click()
    expect(first.get_by_text("请选一项：票上怎么填就怎么选")).to_be_visible()
    expect(first.locator("input[name=choice_1][value=for]")).to_be_checked()
    choose(first, "for", "spoiled")
    first.get_by_role("button", name="提交录入").click()
    expect(first.get_by_text("您已经录入。")).to_be_visible()
    read_sheet(second, f"{meeting.desk}/paper/{sheet}", "for", "spoiled")
    expect(second.get_by_text("纸质表决票回执")).to_be_visible()
    later(5, first)
    expect(first.get_by_text("这张票已经生效")).to_be_visible()
    assert entries(meeting.table, sheet, town) == ("confirmed", 2)


def test_both_see_a_mismatch_and_one_mends_it(town: ConsoleWorld, desk: Desk):
    meeting = CountedMeeting(town).opened()
    sheet = meeting.sheet(meeting.owners[0])["id"]
    address = f"{meeting.desk}/paper/{sheet}"
    first, second = timed(desk.opened(town.secretary)), timed(desk.opened(town.supervisor))
    read_sheet(first, address, "for", "for")
    expect(first.get_by_text("您已经录入。")).to_be_visible()
    second.goto(address)
    assert "同意" not in second.locator("main").inner_text()
    read_sheet(second, address, "against", "for")
    expect(second.get_by_text("两个人录入的不一样")).to_be_visible()
    later(5, first)
    for page in (first, second):
        expect(page.get_by_text("两个人录入的不一样")).to_be_visible()
        expect(page.locator("td.differs")).to_have_count(2)
    choose(second, "for")
    second.get_by_role("button", name="提交更正").click()
    expect(second.get_by_text("这张票已经生效")).to_be_visible()
    later(5, first)
    expect(first.get_by_text("这张票已经生效")).to_be_visible()


def test_a_lost_network_loses_nothing_that_was_read_and_a_double_click_enters_once(town: ConsoleWorld, desk: Desk):
    meeting = CountedMeeting(town).opened()
    sheet = meeting.sheet(meeting.owners[0])
    meeting.table.take(sheet, town.secretary)
    page = desk.opened(town.secretary, PHONE)
    page.goto(f"{meeting.desk}/paper/{sheet['id']}")
    choose(page, "against", "abstain")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交录入").click()
    expect(page.get_by_text("网络断开了")).to_be_visible()
    assert entries(meeting.table, sheet["id"], town) == ("open", 0)
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("input[name=choice_2][value=abstain]")).to_be_checked()
    page.get_by_role("button", name="提交录入").dblclick()
    expect(page.get_by_text("您已经录入。")).to_be_visible()
    assert page.get_by_role("alert").filter(has_text="已经录入过").count() == 0
    assert entries(meeting.table, sheet["id"], town) == ("open", 1)


def test_a_second_sending_of_a_form_registers_no_second_sheet(town: ConsoleWorld):
    meeting = CountedMeeting(town).opened()
    guest = visitor(town, town.secretary)
    address = f"{meeting.desk}/paper/new/{meeting.table.party_of(meeting.owners[0])}"
    form = guest.get(address).text
    fields = dict(re.findall(r'name="(key|received_at)"[^>]* value="([^"]+)"', form))
    assert set(fields) == {"key", "received_at"}
    sent = [guest.post(address, **fields, file=(BytesIO(picture()), "选票.png")) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    assert sent[0].location == sent[1].location
    listed = town.api(town.secretary)("GET", f"{meeting.path}/paper-sheets").json["items"]
    assert [one["state"] for one in listed] == ["open"]


@pytest.mark.parametrize("wrong", ["no file", "an executable", "before the opening", "no date"])
def test_a_sheet_that_is_registered_wrongly_comes_back_as_typed(town: ConsoleWorld, wrong: str):
    meeting = CountedMeeting(town).opened()
    guest = visitor(town, town.secretary)
    address = f"{meeting.desk}/paper/new/{meeting.table.party_of(meeting.owners[0])}"
    moment = {"before the opening": "2020-01-01T09:00", "no date": "昨天"}.get(wrong)
    fields = {
        "received_at": moment or re.findall(r'name="received_at"[^>]* value="([^"]+)"', guest.get(address).text)[0]
    }
    content = EXECUTABLE if wrong == "an executable" else picture()
    file = {} if wrong == "no file" else {"file": (BytesIO(content), "选票.png")}
    answer = guest.post(address, **fields, **file)
    assert answer.status_code == 422
    assert fields["received_at"] in answer.text
    assert 'class="refusal"' in answer.text
    assert town.api(town.secretary)("GET", f"{meeting.path}/paper-sheets").json["items"] == []


def test_a_scan_is_shown_to_its_enterers_only(town: ConsoleWorld):
    meeting = CountedMeeting(town).opened()
    sheet = meeting.sheet(meeting.owners[0])
    steward = town.official(Role.STEWARD, town.compound)
    guest = visitor(town, steward)
    scan = f"{meeting.desk}/paper/{sheet['id']}/scan"
    assert guest.get(scan).status_code == 409
    assert guest.post(f"{meeting.desk}/paper/{sheet['id']}/place").status_code == 303
    shown = guest.get(scan)
    assert (shown.status_code, shown.mimetype, shown.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert guest.get(f"{meeting.desk}/count").status_code == 403
    assert guest.get(f"{meeting.desk}/result").status_code == 403


def test_a_pdf_is_shown_beside_the_form_in_a_frame_of_the_same_origin(town: ConsoleWorld):
    meeting = CountedMeeting(town).opened()
    sheet = meeting.table.received(meeting.owners[0])
    guest, address = visitor(town, town.secretary), f"{meeting.desk}/paper/{sheet['id']}"
    guest.post(f"{address}/place")
    page, scan = guest.get(address), guest.get(f"{address}/scan")
    assert f'<iframe src="{address}/scan#' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert (scan.mimetype, scan.headers["X-Frame-Options"]) == ("application/pdf", "SAMEORIGIN")
    assert "frame-ancestors 'self'" in scan.headers["Content-Security-Policy"]
    assert "attachment" not in scan.headers["Content-Disposition"]


def test_a_clash_waits_for_the_secretary_and_a_sheet_is_set_aside_by_two(town: ConsoleWorld):
    meeting = CountedMeeting(town).opened()
    assert town.cast(meeting.owners[0], meeting.path, "for").status_code == 201
    clash, waiting = meeting.sheet(meeting.owners[0])["id"], meeting.sheet(meeting.owners[1])["id"]
    secretary, supervisor = visitor(town, town.secretary), visitor(town, town.supervisor)
    assert "等待处理的有 2 张" in secretary.get(f"{meeting.desk}/paper").text
    assert secretary.post(f"{meeting.desk}/paper/{clash}/settlement", reason="").status_code == 422
    assert supervisor.post(f"{meeting.desk}/paper/{clash}/settlement", reason="已核对").status_code == 403
    assert secretary.post(f"{meeting.desk}/paper/{clash}/settlement", reason="已核对").status_code == 303
    asked = f"{meeting.desk}/paper/{waiting}/settlement"
    assert secretary.post(asked, reason="签名不符").status_code == 303
    assert secretary.post(asked, reason="签名不符").status_code == 409
    assert supervisor.post(asked, reason="签名不符").status_code == 303
    assert entries(meeting.table, waiting, town)[0] == "set_aside"
    assert "收到的 2 张都已处理完" in secretary.get(f"{meeting.desk}/paper").text


def test_a_paper_mandate_is_entered_with_its_scan_and_revoked(town: ConsoleWorld):
    meeting = CountedMeeting(town)
    owner, guest = meeting.owners[0], visitor(town, town.secretary)
    address = f"{meeting.desk}/mandates/new/{meeting.table.party_of(owner)}"
    said = {"owner": str(owner.owner_id), "proxy_name": "代理某", "proxy_phone": "13900000104"}
    missing = guest.post(address, **said)
    assert missing.status_code == 422
    assert 'value="代理某"' in missing.text
    given = guest.post(address, **said, file=(BytesIO(picture()), "委托书.png"))
    assert given.location == f"{meeting.desk}/mandates"
    listed = guest.get(f"{meeting.desk}/mandates").text
    assert "委托 代**" in listed
    assert "最多代理 3 户" in listed
    mandate = re.findall(r"mandates/([0-9a-f-]{36})/revocation", listed)[0]
    assert guest.post(f"{meeting.desk}/mandates/{mandate}/revocation", reason="").status_code == 422
    assert guest.post(f"{meeting.desk}/mandates/{mandate}/revocation", reason="自己投票").status_code == 303
    assert "这次会议还没有委托" in guest.get(f"{meeting.desk}/mandates").text


def test_an_entry_of_an_election_that_contradicts_itself_is_refused(town: ConsoleWorld):
    meeting = CountedMeeting(town, 5, candidates=7).opened()
    sheet = meeting.sheet(meeting.owners[0])["id"]
    guest, address = visitor(town, town.secretary), f"{meeting.desk}/paper/{sheet}"
    guest.post(f"{address}/place")
    for choice, marks, sentence in (
        ("marked", meeting.candidates[:0], "请勾选票上选的人"),
        ("marked", meeting.candidates[:6], "应选 5 人，勾选了 6 人"),
        ("blank", meeting.candidates[:1], "请不要勾选候选人"),
    ):
        answer = guest.post(address, choice_1="for", choice_2=choice, marks_2=marks)
        assert (answer.status_code, sentence in answer.text) == (422, True), choice
    assert entries(meeting.table, sheet, town) == ("open", 0)
    assert guest.post(address, choice_1="for", choice_2="marked", marks_2=meeting.candidates[:2]).status_code == 303
    assert entries(meeting.table, sheet, town) == ("open", 1)
