"""The count by two people, its result up to the final announcement or its annulment, and its public page."""

import re
import zipfile
from datetime import timedelta
from io import BytesIO

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from app.core import clock
from tests.support.console import PHONE, ConsoleWorld, Desk, later, timed, visitor
from tests.support.console_count_pages import code_of, tied_meeting
from tests.support.counting_desk import CountedMeeting


def confirming(page: Page) -> Page:
    """A page whose questions are answered with yes."""
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def counted(town: ConsoleWorld) -> CountedMeeting:
    return CountedMeeting(town).opened().voted().closed().counted()


def test_two_people_count_and_the_result_goes_to_its_final_announcement(town: ConsoleWorld, desk: Desk):
    meeting = CountedMeeting(town).opened().voted().closed()
    first, second = confirming(timed(desk.opened(town.secretary))), confirming(desk.opened(town.supervisor, PHONE))
    first.goto(f"{meeting.desk}/count")
    assert not re.search("同意|反对|弃权", first.locator("main").inner_text())
    first.get_by_role("button", name="我确认可以计票").dblclick()
    expect(first.get_by_text("还剩")).to_be_visible()
    expect(first.get_by_text(re.compile("监督人.*须在"))).to_be_visible()
    assert meeting.state() == "closed"
    second.goto(f"{meeting.desk}/count")
    second.get_by_role("button", name="我确认，开始计票").click()
    expect(second.get_by_text("计票已经完成")).to_be_visible()
    later(5, first)
    expect(first.get_by_text("计票已经完成")).to_be_visible()
    first.get_by_role("button", name="查看结果").click()
    expect(first.get_by_text("2×4=8 > 4，成立").first).to_be_visible()
    first.get_by_role("button", name="公示结果").click()
    expect(first.get_by_text("结果已经公示，已通知全体业主")).to_be_visible()
    meeting.objection(meeting.owners[0])
    second.goto(f"{meeting.desk}/objections")
    second.get_by_role("link", name=re.compile("三号楼")).click()
    second.get_by_role("button", name="答复").click()
    expect(second.get_by_text("请写明理由，会告诉提出异议的业主").last).to_be_visible()
    second.get_by_label("不成立：结果没有问题").check()
    second.get_by_label("理由").fill("两张票均已录入，回执已当面核对。")
    second.get_by_role("button", name="答复").click()
    expect(second.get_by_text("已经答复，并通知了")).to_be_visible()
    first.reload()
    first.get_by_role("button", name="正式公告结果").click()
    expect(first.get_by_text("结果公示期还没有满")).to_be_visible()
    town.product.move_clock(clock.now() + timedelta(days=8))
    desk.sign_in(first.context, town.secretary)
    first.goto(f"{meeting.desk}/result")
    first.get_by_role("button", name="正式公告结果").click()
    expect(first.get_by_text("结果已经正式公告，已通知全体业主")).to_be_visible()
    assert meeting.state() == "final"


def test_everybody_reads_the_published_result_by_its_code(town: ConsoleWorld, desk: Desk):
    meeting = CountedMeeting(town, 5, candidates=6).opened()
    for owner in meeting.owners:
        meeting.marked(owner, 0, 1, 2, 3, 4)
    meeting.closed().counted().published()
    code = code_of(meeting)
    page = desk.opened(None, PHONE)
    page.goto("/console/public/results/")
    page.get_by_label("公告上的编号").fill("ABCD-2345-WXYZ")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("没有这个编号的表决结果")).to_be_visible()
    page.get_by_label("公告上的编号").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name=re.compile("表决结果"))).to_be_visible()
    assert page.url.endswith(code)
    shown = page.locator("main").inner_text()
    assert "候选人0" not in shown
    assert "候***" in shown
    assert "001" not in shown


def test_nothing_is_public_before_the_publication_and_an_annulled_result_says_so(town: ConsoleWorld):
    meeting = counted(town)
    nobody = visitor(town, None)
    secretary, supervisor = visitor(town, town.secretary), visitor(town, town.supervisor)
    assert "公开查询" not in secretary.get(f"{meeting.desk}/result").text
    address = f"/console/public/results/{code_of(meeting.published())}"
    assert "初步结果" in nobody.get(address).text
    one = meeting.objection(meeting.owners[0])
    wrong = {"decision": "count_wrong", "reason": "核实有三张票漏计。"}
    assert supervisor.post(f"{meeting.desk}/objections/{one}", **wrong).status_code == 303
    annulment = f"{meeting.desk}/result/annulment"
    assert supervisor.post(annulment, reason="有三张票漏计").status_code == 403
    assert secretary.post(annulment, reason="").status_code == 422
    assert secretary.post(annulment, reason="有三张票漏计").status_code == 303
    assert "不再有效" in nobody.get(address).text
    assert "用原议程重新起草" in secretary.get(f"{meeting.desk}/result").text
    assert secretary.post(f"{meeting.desk}/result/redraft").status_code == 303
    assert meeting.state() == "annulled"


def test_one_person_cannot_count_and_no_count_begins_while_a_sheet_waits(town: ConsoleWorld):
    meeting = CountedMeeting(town).opened()
    sheet = meeting.sheet(meeting.owners[0])
    secretary = visitor(town, town.secretary)
    meeting.closed()
    secretary = visitor(town, town.secretary)
    assert "还有 1 张纸质表决票没有处理完" in secretary.get(f"{meeting.desk}/count").text
    meeting.table.set_aside(sheet)
    for _ in range(2):
        assert secretary.post(f"{meeting.desk}/count").status_code == 303
    assert secretary.get(f"{meeting.desk}/count").text.count("待确认") == 1
    assert meeting.state() == "closed"
    town.product.move_clock(clock.now() + timedelta(minutes=31))
    again = secretary.get(f"{meeting.desk}/count").text
    assert "我确认可以计票" in again
    assert again.count("待确认") == 2


def test_a_lot_is_drawn_by_the_secretary_and_confirmed_by_the_supervisor(town: ConsoleWorld):
    meeting = tied_meeting(town)
    secretary, supervisor = visitor(town, town.secretary), visitor(town, town.supervisor)
    lot = f"{meeting.desk}/result/lots/{meeting.election}"
    order = [meeting.candidates[one] for one in (5, 3, 4)]
    places = {f"place_{number}": one for number, one in enumerate(order, start=1)}
    twice = secretary.post(lot, **(places | {"place_2": order[0]}))
    assert (twice.status_code, "同一个人只能抽到一个顺序" in twice.text) == (422, True)
    assert secretary.post(lot, **places).status_code == 303
    assert "已登记的顺序：候选人5、候选人3、候选人4" in supervisor.get(f"{meeting.desk}/result").text
    assert secretary.post(f"{lot}/confirmation").status_code == 403
    assert supervisor.post(f"{lot}/confirmation").status_code == 303
    shown = secretary.get(f"{meeting.desk}/result").text
    assert "已经抽签，先后为：候选人5、候选人3、候选人4" in shown
    assert "公示结果" in shown


def test_an_objection_on_paper_is_entered_by_one_and_answered_by_another(town: ConsoleWorld):
    meeting = counted(town).published()
    owner, secretary = meeting.owners[0], visitor(town, town.secretary)
    address = f"{meeting.desk}/objections/new/{meeting.table.party_of(owner)}"
    said = {"owner": str(owner.owner_id), "motion": "", "text": "两张票没有计入。", "note": "异议书卷第 2 号"}
    bad = secretary.post(address, **said, received_on="明天")
    assert (bad.status_code, "两张票没有计入。" in bad.text) == (422, True)
    today = clock.today().isoformat()
    assert secretary.post(address, **said, received_on=today).status_code == 303
    listed = secretary.get(f"{meeting.desk}/objections").text
    one = re.findall(r"objections/([0-9a-f]{8}-[0-9a-f-]{27})", listed)[0]
    answer = {"decision": "rejected", "reason": "已核对。"}
    own = secretary.post(f"{meeting.desk}/objections/{one}", **answer)
    assert (own.status_code, "不能答复自己提出或者录入的异议" in own.text) == (403, True)
    other = visitor(town, town.supervisor)
    assert other.post(f"{meeting.desk}/objections/{one}", **answer).status_code == 303
    assert "已答复：不成立" in secretary.get(f"{meeting.desk}/objections").text


def test_documents_and_bundle_are_downloaded_once_counted(town: ConsoleWorld):
    meeting = CountedMeeting(town).opened().voted()
    secretary = visitor(town, town.secretary)
    assert secretary.get(f"{meeting.desk}/documents/count-record.docx").status_code == 409
    assert secretary.get(f"{meeting.desk}/documents/bundle.zip").status_code == 409
    assert secretary.get(f"{meeting.desk}/documents/nothing.docx").status_code == 404
    meeting.closed().counted()
    secretary = visitor(town, town.secretary)
    for name in ("count-record", "result"):
        file = secretary.get(f"{meeting.desk}/documents/{name}.docx")
        assert (file.status_code, zipfile.is_zipfile(BytesIO(file.data))) == (200, True)
    bundle = secretary.get(f"{meeting.desk}/documents/bundle.zip")
    assert "count_record.json" in zipfile.ZipFile(BytesIO(bundle.data)).namelist()


def test_the_code_on_the_word_announcement_leads_to_the_public_page(town: ConsoleWorld):
    meeting = counted(town).published()
    file = visitor(town, town.secretary).get(f"{meeting.desk}/documents/result.docx")
    with zipfile.ZipFile(BytesIO(file.data)) as word:
        (picture,) = [name for name in word.namelist() if name.startswith("word/media/")]
        (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(word.read(picture))))
    assert code.text == f"{town.product.settings.effective_public_url}/console/public/results/{code_of(meeting)}"
    path = code.text.removeprefix(town.product.settings.effective_public_url)
    assert "初步结果" in visitor(town, None).get(path).text


def test_co_owners_who_disagree_are_listed_without_their_choices(town: ConsoleWorld):
    flat = town.unit("901")
    wife, husband = town.owner(flat, name="甲某"), town.owner(flat, name="乙某")
    meeting = CountedMeeting(town).opened()
    town.cast(wife, meeting.path, "for")
    town.cast(husband, meeting.path, "against")
    shown = visitor(town, town.secretary).get(f"{meeting.desk}/disputes").text
    assert "901" in shown
    assert not re.search("同意|反对", shown.partition("<main")[2])
