"""The volunteering desk, as its secretary uses it."""

import re
from datetime import timedelta
from urllib.parse import unquote

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core import clock
from app.core.audit import AuditEvent
from app.core.clock import SHANGHAI
from app.core.db import db
from app.org.models import Role
from app.volunteering.hours.models import ServiceRecord
from app.volunteering.offerings.models import Recurrence
from app.volunteering.posts.models import PostClaim, VolunteerPost
from tests.support.console import PHONE, ConsoleWorld, Desk, Visitor, visitor
from tests.support.console_volunteering import CITIZEN, ISSUER, Stage
from tests.support.moderation import said as wechat_said
from tests.support.volunteering import shift, soon


def desk_path(town: ConsoleWorld, rest: str = "") -> str:
    return f"/console/compounds/{town.compound}/volunteering/{rest}"


def typed(page: Page, label: str, value: str) -> None:
    page.get_by_label(label).first.fill(value)


def told(page: Page, title: str) -> None:
    """What residents read of an activity or service."""
    typed(page, "名称", title)
    typed(page, "说明", "工具由社区提供。")
    typed(page, "地点", "中心花园")
    typed(page, "联系方式", "值班电话")


def said(page: Page, sentence: str) -> None:
    expect(page.locator("main .said").first).to_contain_text(sentence)


def test_a_post_from_opening_to_confirmed_hours_and_the_certificate(town: ConsoleWorld, desk: Desk):
    stage = Stage(town)
    person = stage.named(**CITIZEN)
    page = desk.opened(town.secretary)
    page.goto(desk_path(town))
    page.get_by_role("link", name="岗位", exact=True).click()
    page.get_by_role("button", name="设立岗位").click()
    typed(page, "岗位名称", "楼道防火巡查员")
    typed(page, "做什么", "每周巡查一次楼道。")
    typed(page, "名额", "0")
    page.get_by_role("button", name="设立").click()
    expect(page.locator("#places-error")).to_have_text("应当是 1 到 1000。")
    expect(page.get_by_label("岗位名称")).to_have_value("楼道防火巡查员")
    typed(page, "名额", "2")
    page.get_by_role("button", name="设立").dblclick()
    said(page, "岗位已设立")
    posts = db.session.scalars(select(VolunteerPost).where(VolunteerPost.compound_id == town.compound)).all()
    assert len(posts) == 1, "a double click sets up one post"
    wechat_said(str(posts[0].id))
    assert stage.claim(person, f"{stage.path}/volunteer-posts/{posts[0].id}").status_code == 201
    page.reload()
    expect(page.get_by_text("欧***")).to_be_visible()
    page.get_by_role("button", name="显示完整姓名").click()
    expect(page.get_by_text("欧阳测试")).to_be_visible()
    page.get_by_role("button", name="同意", exact=True).click()
    said(page, "已确认")
    page.get_by_role("button", name="登记服务时间").click()
    typed(page, "开始时间", f"{(clock.now() + timedelta(days=1)).astimezone(SHANGHAI):%Y-%m-%dT%H:%M}")
    typed(page, "实际服务的分钟数", "90")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("main .refusal")).to_contain_text("不能晚于现在")
    typed(page, "开始时间", f"{(clock.now() - timedelta(hours=3)).astimezone(SHANGHAI):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="登记").click()
    said(page, "已登记")
    expect(page.get_by_text("1小时30分钟")).to_be_visible()
    page.get_by_role("button", name="认定").click()
    said(page, "已认定")
    certificate_is_issued(page, person_name="欧阳测试")


def certificate_is_issued(page: Page, person_name: str) -> None:
    page.get_by_role("link", name="证明", exact=True).click()
    page.get_by_role("button", name="登记出具单位").click()
    for label, value in zip(("出具单位", "负责人", "联系方式"), ISSUER.values(), strict=True):
        typed(page, label, value)
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="开具证明").click()
    typed(page, "志愿者的姓名或编号", "没有这个人")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("没有找到“没有这个人”")).to_be_visible()
    typed(page, "志愿者的姓名或编号", person_name)
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="已认定 1小时30分钟").click()
    typed(page, "结束日期", f"{clock.today() + timedelta(days=2):%Y-%m-%d}")
    page.get_by_role("button", name="开具").click()
    expect(page.locator("main .refusal")).to_contain_text("不能晚于今天")
    typed(page, "结束日期", f"{clock.today():%Y-%m-%d}")
    page.get_by_role("button", name="开具").click()
    said(page, "证明已开好")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载证明").click()
    assert download.value.suggested_filename == "志愿服务记录证明.docx"


def test_an_activity_with_check_in_by_the_rotating_code(town: ConsoleWorld, desk: Desk):
    stage = Stage(town)
    person = stage.named()
    starts = (clock.now() + timedelta(minutes=20)).astimezone(SHANGHAI)
    page = desk.opened(town.secretary)
    page.goto(desk_path(town, "activities/new"))
    for label, value in (
        ("名称", "周末清洁家园"),
        ("说明", "工具由社区提供。"),
        ("地点", "中心花园"),
        ("联系方式", "值班电话"),
    ):
        typed(page, label, value)
    typed(page, "日期", f"{starts:%Y-%m-%d}")
    typed(page, "几点开始", f"{starts:%H:%M}")
    typed(page, "几点结束", f"{starts + timedelta(hours=2):%H:%M}")
    typed(page, "每班名额", "2")
    page.context.set_offline(True)
    page.get_by_role("button", name="发布").click()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.get_by_label("地点")).to_have_value("中心花园")
    page.context.set_offline(False)
    page.get_by_role("button", name="发布").click()
    said(page, "活动已发布")
    wechat_said(page.url.rstrip("/").rpartition("/")[2])
    page.locator("main ul.rows a").first.click()
    slot = page.url.rstrip("/").rpartition("/")[2]
    slot_path = f"{stage.path}/slots/{slot}"
    assert stage.book(person, slot_path).status_code == 201
    page.get_by_role("button", name="打开签到页").click()
    expect(page.get_by_role("img", name="签到二维码")).to_be_visible()
    expect(page.get_by_text("已到 0 人")).to_be_visible()
    first = page.locator("#code input").get_attribute("value")
    code = stage.secretary("GET", f"{slot_path}/code").json["code"]
    assert code.partition(".")[0] == first
    assert town.api(person)("POST", f"{slot_path}/check-in", {"code": code}).status_code == 200
    expect(page.locator("#people")).to_contain_text("欧***")
    expect(page.locator("#people")).to_contain_text("已到 1 人")
    expect(page.locator("#spoken")).to_contain_text("欧*** 已签到")
    expect(page.get_by_text("欧阳测试")).to_have_count(0)
    town.product.move_clock(clock.now() + timedelta(seconds=31))
    expect(page.locator("#code input")).not_to_have_value(first or "")
    picture = page.locator(".qr svg").bounding_box()
    assert picture
    assert min(picture["width"], picture["height"]) > 350, "read from some steps away"


def test_two_people_confirm_the_same_hours_and_the_second_is_told(town: ConsoleWorld, desk: Desk):
    record = Stage(town).served()
    officer = town.official(Role.COMMUNITY_OFFICER, town.community)
    here, there = desk.opened(town.secretary), desk.opened(officer, PHONE)
    for page in (here, there):
        page.goto(desk_path(town, "hours/"))
    here.get_by_role("button", name="认定").click()
    said(here, "已认定")
    there.get_by_role("button", name="认定").click()
    expect(there.locator("main .refusal")).to_contain_text("已确认")
    found = db.session.scalars(select(ServiceRecord).where(ServiceRecord.compound_id == town.compound)).one()
    assert (str(found.id), found.state, found.decided_by) == (record, "confirmed", town.secretary.account_id)


def test_a_service_is_said_in_plain_words_and_booked_for_a_neighbour(town: ConsoleWorld, desk: Desk):
    town.unit("501", building="3栋", stairwell="2单元")
    page = desk.opened(town.secretary, PHONE)
    page.goto(desk_path(town, "services/new"))
    told(page, "上门理发")
    typed(page, "几点开始", "09:00")
    typed(page, "几点结束", "11:00")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("请至少选一个星期几。")).to_be_visible()
    page.get_by_label("周三").check()
    page.get_by_role("button", name="发布").click()
    said(page, "服务已发布")
    expect(page.get_by_text("每周三 上午9点到11点，每 30 分钟一个时段，每个时段 1 人")).to_be_visible()
    assert "FREQ" not in page.content()
    made = db.session.scalars(select(Recurrence).where(Recurrence.compound_id == town.compound)).one()
    assert made.rule == "FREQ=WEEKLY;BYDAY=WE"
    wechat_said(str(made.offering_id))
    page.locator("main ul.rows a").last.click()
    page.get_by_role("button", name="代邻居预约").click()
    typed(page, "为哪位邻居预约", "8栋101")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("main .refusal")).to_contain_text("名册里没有")
    typed(page, "为哪位邻居预约", "3栋2单元501")
    page.get_by_role("button", name="查找").click()
    page.get_by_label("住在 3栋2单元501 的其他人").check()
    page.get_by_label("当面或电话同意").check()
    page.get_by_role("button", name="预约").click()
    expect(page.get_by_text("请填写姓名。")).to_be_visible()
    typed(page, "姓名", "演示邻居")
    page.get_by_role("button", name="预约").click()
    said(page, "已登记")
    expect(page.get_by_text("演***，3栋2单元501")).to_be_visible()
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="替邻居取消").click()
    said(page, "已替邻居取消")


def test_anybody_checks_a_certificate_and_learns_nothing_of_the_person(town: ConsoleWorld, desk: Desk):
    stage = Stage(town)
    serial = stage.certificate()
    page = desk.opened(viewport=PHONE)
    page.goto("/console/public/certificates")
    page.get_by_role("button", name="查验").click()
    expect(page.locator("#serial-error")).to_have_text("请填写证明编号。")
    typed(page, "证明编号", "7K2QD-M9XPA-34TRB-WE6HN")
    page.get_by_role("button", name="查验").click()
    expect(page.locator("main .refusal")).to_contain_text("没有这个编号的证明")
    expect(page.locator("main .refusal")).to_be_focused()  # once it is, nothing takes the focus from what is typed
    typed(page, "证明编号", serial.lower().replace("-", ""))
    typed(page, "证明上的姓名", "别人")
    page.get_by_role("button", name="查验").click()
    said(page, "这份证明是真的")
    expect(page.get_by_text("您填的姓名与证明上的不一致")).to_be_visible()
    assert "欧阳测试" not in page.content()
    assert serial not in page.url
    office = visitor(town, town.secretary)
    path = desk_path(town, f"certificates/{serial}/revocation")
    assert office.post(path, reason="时长登记有误").status_code == 303
    assert office.post(path, reason="时长登记有误").status_code == 409
    typed(page, "证明编号", serial)
    page.get_by_role("button", name="查验").click()
    expect(page.locator("main .refusal").first).to_contain_text("撤销，不再有效")


def test_the_public_check_is_limited(town: ConsoleWorld):
    guest = visitor(town, None)
    answers = {guest.post("/console/public/certificates", serial="7K2QD").status_code for _ in range(40)}
    assert answers == {404, 429}


def looks(town: ConsoleWorld, act: str) -> int:
    found = select(AuditEvent).where(AuditEvent.compound_id == town.compound, AuditEvent.act == act)
    return len(db.session.scalars(found).all())


def test_names_are_masked_until_somebody_asks_and_that_is_on_record(town: ConsoleWorld):
    stage, office = Stage(town), visitor(town, town.secretary)
    post, _ = stage.claimed()
    slot, _ = stage.booked()
    stage.served()
    for rest, act in ((f"posts/{post}/", "read_claims"), (f"slots/{slot}/", "read_bookings"), ("hours/", "read_hours")):
        before = looks(town, act)
        masked = office.get(desk_path(town, rest)).text
        assert ("欧***" in masked, "欧阳测试" in masked, looks(town, act)) == (True, False, before), rest
        whole = office.post(desk_path(town, rest)).text
        assert ("欧阳测试" in whole, looks(town, act)) == (True, before + 1), rest


def test_a_claim_is_declined_with_a_reason_only(town: ConsoleWorld):
    post, claim = Stage(town).claimed()
    office = visitor(town, town.secretary)
    path = desk_path(town, f"posts/{post}/claims/{claim}/refusal")
    blank = office.post(path, reason="  \r\n ")
    assert (blank.status_code, "请写明原因" in blank.text) == (422, True)
    assert office.post(path, reason="需要每晚\x00在岗").status_code == 303
    assert office.post(path, reason="再来一次").status_code == 409
    db.session.expire_all()
    found = db.session.scalars(select(PostClaim).where(PostClaim.compound_id == town.compound)).one()
    assert (found.state, found.reason) == ("declined", "需要每晚在岗")


def corrected(office: Visitor, town: ConsoleWorld, record: str, **form: str) -> int:
    return office.post(desk_path(town, f"hours/{record}/correction"), **form).status_code


def test_a_correction_is_decided_once_and_stays_on_the_trail(town: ConsoleWorld):
    record, office = Stage(town).disputed(), visitor(town, town.secretary)
    assert "申请改为 2小时" in office.get(desk_path(town, "hours/")).text
    assert corrected(office, town, record, reason="核对了签到表") == 422, "yes or no must be said"
    assert corrected(office, town, record, reason="核对了签到表", accept="yes") == 303
    assert corrected(office, town, record, reason="核对了签到表", accept="no") == 404
    trail = office.get(desk_path(town, f"hours/{record}/")).text
    assert "90 分钟改为 120 分钟" in re.sub(r"\s+", " ", trail)
    assert ["志愿者申请更正" in trail, "同意更正" in trail, "核对了签到表" in trail] == [True] * 3


def test_the_organiser_enters_who_came_and_who_did_not(town: ConsoleWorld):
    stage = Stage(town)
    starts = soon(1)
    slot, booking = stage.booked(starts)
    missing = stage.named("司徒缺席")
    assert stage.book(missing, f"{stage.path}/slots/{slot}").status_code == 201
    absent = stage.bookings(f"{stage.path}/slots/{slot}")[1]["id"]
    town.product.move_clock(starts + timedelta(hours=3))
    office = visitor(town, town.secretary)
    path = desk_path(town, f"slots/{slot}/bookings/{booking}/attendance")
    local = starts.astimezone(SHANGHAI)
    from_to = {"started_at": f"{local:%Y-%m-%dT%H:%M}", "ended_at": f"{local + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    assert office.post(path, **{**from_to, "started_at": "0001-01-01T00:00"}).status_code == 422
    assert office.post(path, **from_to).status_code == 303
    gone = office.post(desk_path(town, f"slots/{slot}/bookings/{absent}/no-show"))
    assert gone.status_code == 303
    shown = office.get(desk_path(town, f"slots/{slot}/")).text
    assert "服务 1小时" in shown
    assert "未到场" in shown
    assert "认定" in office.get(desk_path(town, "hours/")).text


def test_cancelling_asks_for_a_reason_and_the_next_moves_up(town: ConsoleWorld):
    stage = Stage(town)
    slot = stage.shift_id(capacity=1)
    first, second = stage.named(), stage.named("司徒候补")
    path = f"{stage.path}/slots/{slot}"
    assert stage.book(first, path).status_code == 201
    assert stage.book(second, path, may_wait=True).status_code == 201
    booking = stage.bookings(path)[0]["id"]
    office = visitor(town, town.secretary)
    assert office.post(desk_path(town, f"slots/{slot}/places"), capacity="0").status_code == 422
    cancelled = office.post(desk_path(town, f"slots/{slot}/bookings/{booking}/cancellation"), reason="临时有事")
    assert cancelled.status_code == 303
    assert (stage.state(first, path), stage.state(second, path)) == ("cancelled", "booked")
    activity = stage.seen(town.secretary, path)["offering_id"]
    off = desk_path(town, f"activities/{activity}/cancellation")
    assert office.post(off, reason="").status_code == 422
    assert office.post(off, reason="暴雨预警").status_code == 303
    assert office.post(off, reason="暴雨预警").status_code == 409
    assert stage.state(second, path) == "cancelled"


def test_a_steward_organises_and_books_for_neighbours_but_manages_nothing(town: ConsoleWorld):
    stage, guest = Stage(town), visitor(town, town.official(Role.STEWARD, town.compound))
    slot = stage.service_slot()
    front = guest.get(desk_path(town)).text
    assert ("活动" in front, "证明" in front) == (True, False)
    assert guest.get(desk_path(town, "posts/")).status_code == 403
    assert guest.get(desk_path(town, "certificates/")).status_code == 403
    assert guest.get(desk_path(town, f"slots/{slot}/")).status_code == 200
    assert guest.get(desk_path(town, f"slots/{slot}/check-in/")).status_code == 403, "not the own"
    owner = town.owner(home := town.unit("501"), name="独孤示例")
    path, agreed = desk_path(town, f"slots/{slot}/neighbours"), {"consent": "written", "wanted": "1-1-501"}
    assert "名册里没有找到" in guest.post(path, find="1", wanted="独孤示例").text, (
        "only the roll's keeper looks for names"
    )
    chosen = f"{home.id}/{owner.owner_id}"
    shown = guest.post(path, find="1", wanted="1-1-501").text
    assert (chosen in shown, "独***" in shown, "独孤示例" in shown) == (True, True, False)
    assert guest.post(path, who=f"{home.id}/{home.id}", **agreed).status_code == 422, "nobody who was found"
    made = guest.post(path, who=chosen, **agreed)
    assert made.status_code == 303, made.text
    assert "独***" in guest.get(unquote(made.location)).text
    named = db.session.query(AuditEvent).filter_by(compound_id=town.compound, act="name_neighbour").one()
    assert named.subject_id == owner.owner_id


def test_the_keeper_of_the_roll_finds_a_neighbour_by_the_whole_name(town: ConsoleWorld):
    slot, owner = Stage(town).service_slot(), town.owner(town.unit("502"), name="独孤示例")
    office, path = visitor(town, town.secretary), desk_path(town, f"slots/{slot}/neighbours")
    assert str(owner.owner_id) in office.post(path, find="1", wanted="独孤示例").text
    assert "名册里没有找到" in office.post(path, find="1", wanted="独孤").text, "a part of a name finds nobody"


def test_a_volunteer_s_service_is_reviewed(town: ConsoleWorld):
    stage, office = Stage(town), visitor(town, town.secretary)
    opened = stage.service(stage.named())["id"]
    declined = stage.service(stage.named("司徒理发"))["id"]
    assert "等您审核" in office.get(desk_path(town, "services/")).text
    assert office.post(desk_path(town, f"services/{opened}/approval")).status_code == 303
    assert "开放预约" in office.get(desk_path(town, f"services/{opened}/")).text
    assert office.post(desk_path(town, f"services/{declined}/refusal"), reason="请先提供资格证明").status_code == 303
    assert "请先提供资格证明" in office.get(desk_path(town, f"services/{declined}/")).text
    assert office.post(desk_path(town, f"services/{opened}/cancellation"), reason="理发师搬家").status_code == 303


def test_brands_are_added_once_and_ended(town: ConsoleWorld):
    office, path = visitor(town, town.secretary), desk_path(town, "services/brands")
    assert office.post(path, name="红马甲便民集市", about="每月一次。", group_id="").status_code == 303
    again = office.post(path, name="红马甲便民集市", about="每月一次。", group_id="")
    assert (again.status_code, "已经有同名的服务品牌" in again.text) == (409, True)
    shown = office.get(path).text
    assert "红马甲便民集市" in shown
    ending = re.search(r"brands/([0-9a-f-]+)/ending", shown)
    assert ending
    assert office.post(f"{path}/{ending[1]}/ending").status_code == 303
    assert "还没有服务品牌" in office.get(path).text


def test_two_taps_issue_one_certificate(town: ConsoleWorld):
    volunteer, office = Stage(town).ready_for_certificate(), visitor(town, town.secretary)
    path = desk_path(town, f"certificates/new/{volunteer}")
    today = f"{clock.today():%Y-%m-%d}"
    issued = {office.post(path, first_day="2026-01-01", last_day=today).location for _ in range(2)}
    assert len(issued) == 1
    other = office.post(path, first_day="2026-01-02", last_day=today)
    assert (other.status_code, other.location in issued) == (303, False), "other days are another certificate"


def test_the_check_in_page_is_told_nothing_while_nothing_changed(town: ConsoleWorld):
    slot, _ = Stage(town).booked()
    office, path = visitor(town, town.secretary), desk_path(town, f"slots/{slot}/check-in")
    shown = office.get(f"{path}/").text
    for part, name in (("code", "step"), ("people", "seen")):
        at_once = re.search(rf'name="{name}" value="([^"]+)"', shown)
        assert at_once
        if part == "people":
            assert office.get(f"{path}/{part}?{name}={at_once[1]}").status_code == 204
        assert office.get(f"{path}/{part}?{name}=older").status_code == 200


def test_an_activitys_id_opens_no_services_page(town: ConsoleWorld):
    activity = Stage(town).activity(shift(soon()))["id"]
    guest, desk = visitor(town, town.secretary), f"/console/compounds/{town.compound}/volunteering"
    assert guest.get(f"{desk}/activities/{activity}/").status_code == 200
    assert guest.get(f"{desk}/services/{activity}/").status_code == 404
