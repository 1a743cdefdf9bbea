"""Keeping the roll in the console: upload, import, search, one unit, applications, transfers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.compounds import residents, service
from app.compounds.models import Binding, Owner, Ownership, RollImport, Unit
from app.compounds.queries import roll_version
from app.core import clock
from app.core.db import db
from app.core.unit_of_work import unit_of_work
from tests.support.console import PHONE, ConsoleWorld, Desk, Visitor, visitor
from tests.support.console_roll import (
    BAD,
    GOOD,
    YEAR_AHEAD,
    applied,
    home,
    rented,
    resident,
    uploaded,
    uploaded_good,
    voting,
)
from tests.support.roll_files import HEADER, row, text_file, workbook


def roll(town: ConsoleWorld, rest: str = "") -> str:
    return f"/console/compounds/{town.compound}/roll{rest}"


def dropped(page: Page, path: Path) -> None:
    """Drag a file onto the field and let it go there, as the mouse does."""
    box = page.locator("input[type=file]").bounding_box()
    assert box
    at: dict[str, Any] = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    at["data"] = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    devtools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, **at})


def sent(answer_of: Visitor, path: str, **fields: Any) -> str:
    """Where a form's answer leads."""
    answer = answer_of.post(path, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def owners_of(town: ConsoleWorld) -> list[str]:
    """The names on the roll today."""
    db.session.rollback()
    current = (
        db.session.query(Owner.name)
        .join(Ownership, (Ownership.compound_id == Owner.compound_id) & (Ownership.owner_id == Owner.id))
        .filter(Owner.compound_id == town.compound, Ownership.valid_to.is_(None))
    )
    return sorted(name for (name,) in current)


def test_a_roll_is_uploaded_with_errors_then_corrected_then_imported(town: ConsoleWorld, desk: Desk, tmp_path: Path):
    (tmp_path / "坏.xlsx").write_bytes(BAD)
    (tmp_path / "好.xlsx").write_bytes(GOOD)
    (tmp_path / "信.xlsx").write_bytes(b"no table")
    page = desk.opened(town.secretary)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(roll(town))
    page.get_by_role("button", name="上传名册表格").click()
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_text("请先选择名册表格。")).to_be_visible()
    page.set_input_files("input[type=file]", tmp_path / "信.xlsx")
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("alert").filter(has_text="这个文件不能作为业主名册导入")).to_be_visible()
    dropped(page, tmp_path / "坏.xlsx")
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("alert")).to_contain_text("有 1 处错误，不能导入")
    expect(page.get_by_role("row").filter(has_text="第 2 行 D 列")).to_contain_text("面积“约九十”不是数字")
    expect(page.get_by_role("button", name="导入这份名册")).to_have_count(0)
    page.get_by_role("button", name="重新上传").click()
    page.set_input_files("input[type=file]", tmp_path / "好.xlsx")
    with page.expect_response(lambda answer: "/roll/progress/" in answer.url):
        page.get_by_role("button", name="上传并检查").click()
    page.get_by_text("新增的房屋（3）").click()
    expect(page.get_by_text("1号楼 1单元 103")).to_be_visible()
    page.get_by_role("button", name="导入这份名册").dblclick()
    expect(page.get_by_role("status").filter(has_text="名册已导入")).to_be_visible()
    page.go_back()
    page.goto(roll(town))
    expect(page.get_by_text("3 套", exact=True)).to_be_visible()
    assert roll_version(town.compound) == 2


def test_of_two_secretaries_who_import_at_once_one_is_told_to_check_again(town: ConsoleWorld):
    imports = [uploaded(town, GOOD), uploaded(town, workbook([HEADER, row(owner="演示业主丙")]))]
    guests = [visitor(town, town.secretary) for _ in imports]

    def carry_out(place: int) -> str:
        address = roll(town, f"/uploads/{imports[place]}")
        assert sent(guests[place], f"{address}/import") == address
        return guests[place].get(address).text

    with ThreadPoolExecutor(2) as pool:
        shown = list(pool.map(carry_out, range(2)))
    assert sorted("导入。</p>" in text and "这份名册已于" in text for text in shown) == [False, True]
    assert sum("检查之后，名册又有了变动" in text for text in shown) == 1
    assert roll_version(town.compound) == 2
    states = db.session.query(RollImport.state).filter_by(compound_id=town.compound).all()
    assert sorted(state for (state,) in states) == ["applied", "checked"]


def test_a_large_roll_is_taken_without_scripts_too(town: ConsoleWorld):
    rows = [(*row(room=str(number)), "长" * 10_000) for number in range(101, 201)]
    content = text_file([(*HEADER, "备注"), *rows])
    assert len(content) > 2_000_000
    guest = visitor(town, town.secretary)
    checked = guest.get(sent(guest, roll(town, "/uploads"), file=(BytesIO(content), "名册.csv"))).text
    assert "没有错误，可以导入" in checked
    assert "新增的房屋（100）" in checked


def test_an_import_with_errors_cannot_be_carried_out_past_its_page(town: ConsoleWorld):
    guest, address = visitor(town, town.secretary), roll(town, f"/uploads/{uploaded(town)}")
    sent(guest, f"{address}/import")
    assert roll_version(town.compound) == 1
    assert owners_of(town) == []


def test_what_is_searched_for_never_stands_in_an_address(town: ConsoleWorld, desk: Desk):
    home(town, name="演示业主甲")
    town.unit("502")
    page = desk.opened(town.secretary, PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(roll(town))
    page.get_by_label("查找房屋").fill("演示业主甲")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("link", name="1栋1单元501")).to_be_visible()
    expect(page.get_by_role("link", name="1栋1单元502")).to_have_count(0)
    expect(page.get_by_text("演****")).to_be_visible()
    page.get_by_label("查找房屋").fill("13700000000")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("没有找到")).to_be_visible()
    assert not any("137" in url or "%E6%BC%94" in url for url in asked)


def test_a_long_list_goes_on_where_it_stopped(town: ConsoleWorld):
    for number in range(1, 53):
        town.unit(f"{number:03}")
    guest = visitor(town, town.secretary)
    first = guest.get(roll(town, "/without-owner")).text
    assert "1单元050" in first
    assert "1单元051" not in first
    after = first.partition("/without-owner?after=")[2].partition('"')[0]
    assert "1单元052" in guest.get(roll(town, f"/without-owner?after={after}")).text
    searched = guest.post(roll(town), text="1栋", after=after).text
    assert "1单元051" in searched
    assert "1单元050" not in searched


def test_a_correction_survives_wrong_input_and_a_lost_network(town: ConsoleWorld, desk: Desk):
    unit, _ = home(town)
    page = desk.opened(town.secretary, PHONE)
    page.goto(roll(town, f"/units/{unit.id}"))
    page.get_by_role("button", name="更正用途和面积").click()
    page.get_by_label("登记面积").fill("八十九")
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("面积“八十九”不是数字")).to_be_visible()
    expect(page.get_by_label("登记面积")).to_have_value("八十九")
    page.get_by_label("登记面积").fill("89.57")
    page.context.set_offline(True)
    page.get_by_role("button", name="保存更正").click()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.get_by_label("登记面积")).to_have_value("89.57")
    page.context.set_offline(False)
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_role("status").filter(has_text="已更正")).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text("89.57 m²")
    db.session.rollback()
    assert db.session.get_one(Unit, (town.compound, unit.id)).area_register_centi == 8957


def test_of_two_who_correct_the_same_unit_the_second_sees_what_the_first_saved(town: ConsoleWorld):
    unit, _ = home(town)
    guest, address = visitor(town, town.secretary), roll(town, f"/units/{unit.id}/correction")
    seen = guest.get(address).text.partition('name="seen" type="hidden" value="')[2].partition('"')[0]
    facts = {"use": "residence", "seen": seen}
    sent(guest, address, area_register_centi="90", **facts)
    second = guest.post(address, area_register_centi="91", **facts)
    assert second.status_code == 409
    assert "别人改动了这条登记" in second.text
    db.session.rollback()
    assert db.session.get_one(Unit, (town.compound, unit.id)).area_centi == 9000


def test_an_owner_is_corrected_and_a_guardian_recorded_and_ended(town: ConsoleWorld):
    unit, owner = home(town)
    guest, address = visitor(town, town.secretary), roll(town, f"/owners/{owner.owner_id}")
    seen = guest.get(address).text.partition('name="seen" type="hidden" value="')[2].partition('"')[0]
    assert "请填写需要更正的内容" in guest.post(address, seen=seen).text
    assert "请填写 11 位手机号" in guest.post(address, seen=seen, phone="6666").text
    assert sent(guest, f"{address}?unit={unit.id}", seen=seen, phone="13900010003") == roll(town, f"/units/{unit.id}")
    shown = guest.get(roll(town, f"/units/{unit.id}")).text
    assert "139****0003" in shown
    assert "13900010003" not in shown
    person = {"guardian_name": "演示监护人", "guardian_phone": "12", "note": "户口簿", "ground": "minor"}
    refused = guest.post(f"{address}/guardian", birthday_18="2099-01-01", **person)
    assert "监护人凭它登录后投票" in refused.text
    person["guardian_phone"] = "13900010009"
    assert "请填写其年满 18 周岁的日期" in guest.post(f"{address}/guardian", **person).text
    sent(guest, f"{address}/guardian", birthday_18="2099-01-01", **person)
    assert "未满 18 周岁" in guest.get(roll(town, f"/units/{unit.id}")).text
    assert "请写明看过的材料" in guest.post(f"{address}/guardian/end").text
    sent(guest, f"{address}/guardian/end", end_note="法院判决书")
    assert "未满 18 周岁" not in guest.get(roll(town, f"/units/{unit.id}")).text


def test_whole_names_are_a_request_of_their_own(town: ConsoleWorld):
    unit, _ = home(town)
    guest, address = visitor(town, town.secretary), roll(town, f"/units/{unit.id}")
    assert "演示业主" not in guest.get(address).text
    shown = guest.post(address)
    assert "演示业主" in shown.text
    assert "这次查看已经记录在案" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "演示业主" not in guest.get(address).text
    assert visitor(town, town.supervisor).post(address).status_code == 403


def test_a_sale_says_what_it_means_for_the_vote_and_is_recorded_once(town: ConsoleWorld, desk: Desk):
    unit = voting(town)
    page = desk.opened(town.secretary)
    questions: list[str] = []

    def answer(dialog: Any) -> None:
        questions.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(roll(town, f"/units/{unit.id}"))
    page.get_by_role("button", name="过户给新业主").click()
    expect(page.get_by_text("原业主已经投的票有效，新业主不能再投")).to_be_visible()
    expect(page.get_by_text("第一次业主大会")).to_be_visible()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("请填写新业主的姓名。")).to_be_visible()
    page.get_by_label("姓名").first.fill("演示买家")
    page.get_by_label("手机号").first.fill("12345")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("请填写 11 位手机号。").last).to_be_visible()
    expect(page.get_by_label("姓名").first).to_have_value("演示买家")
    page.get_by_label("手机号").first.fill("13900010004")
    seen = page.locator("input[name=seen]").input_value()
    page.get_by_role("button", name="登记", exact=True).dblclick()
    expect(page.get_by_role("status").filter(has_text="已登记新业主")).to_be_visible()
    expect(page.get_by_role("heading", name="从前的业主")).to_be_visible()
    assert set(questions) == {"请再核对一遍姓名和日期。登记后不能撤回，要登记吗？"}
    fields = {"day": town.soon().strftime("%Y-%m-%d"), "buyers-0-name": "别人", "seen": seen}
    again = visitor(town, town.secretary).post(roll(town, f"/units/{unit.id}/transfer"), **fields)
    assert again.status_code == 409
    assert "别人改动了这条登记" in again.text
    assert owners_of(town) == ["演示买家"]
    assert roll_version(town.compound) == 2


def test_co_owners_and_their_shares_are_checked(town: ConsoleWorld):
    unit = town.unit("601")
    guest, address = visitor(town, town.secretary), roll(town, f"/units/{unit.id}/transfer")
    seen = guest.get(address).text.partition('name="seen" type="hidden" value="')[2].partition('"')[0]
    both = {"buyers-0-name": "演示甲", "buyers-0-share": "1/2", "buyers-1-name": "演示乙", "seen": seen}
    day = town.soon().strftime("%Y-%m-%d")
    assert "份额应当像 1/2" in guest.post(address, day=day, **both, **{"buyers-1-share": "一半"}).text
    assert "份额合计应当等于 1" in guest.post(address, day=day, **both, **{"buyers-1-share": "1/3"}).text
    assert owners_of(town) == []
    sent(guest, address, day=day, **both, **{"buyers-1-share": "1/2"})
    assert owners_of(town) == ["演示乙", "演示甲"]


def test_applications_are_accepted_for_an_owner_or_rejected_with_a_reason(town: ConsoleWorld, desk: Desk):
    home(town, name="演示业主")
    mine, stranger = applied(town), applied(town, "路人")
    page = desk.opened(town.secretary)
    page.goto(roll(town))
    page.get_by_role("link", name="待审核的绑定申请").click()
    page.get_by_role("link", name="演***").click()
    expect(page.get_by_label("与申请人同名")).to_be_checked()
    page.get_by_role("button", name="通过申请").dblclick()
    expect(page.get_by_role("status").filter(has_text="已通过")).to_be_visible()
    page.get_by_role("link", name="路*").click()
    page.get_by_role("button", name="退回申请").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明理由")
    page.get_by_label("理由", exact=False).first.select_option(index=1)
    page.get_by_role("button", name="退回申请").click()
    expect(page.get_by_text("没有等您审核的申请")).to_be_visible()
    db.session.rollback()
    ties = [db.session.get_one(Binding, (town.compound, one)) for one in (mine, stranger)]
    assert [tie.state for tie in ties] == ["accepted", "rejected"]
    assert (ties[1].reason or "").startswith("姓名与名册不符")
    guest = visitor(town, town.secretary)
    again = guest.post(roll(town, f"/applications/{stranger}/rejection"), reason="再退一次")
    assert again.status_code == 409
    assert "这份申请已经处理过" in again.text


def test_a_tenant_is_registered_without_an_owner_and_found_by_what_they_are(town: ConsoleWorld):
    mine = rented(town)
    guest, listed = visitor(town, town.secretary), roll(town, "/applications")
    assert "演***" in guest.get(f"{listed}?as=tenant").text
    assert "没有等您审核的家人申请" in guest.get(f"{listed}?as=family").text
    path = roll(town, f"/applications/{mine}")
    shown = guest.get(path).text
    assert "登记为租客" in shown
    assert "申请人是哪一位业主" not in shown
    assert f'value="{YEAR_AHEAD.isoformat()}"' in shown
    wrong = guest.post(f"{path}/registration", lease_ends="2020-01-01")
    assert wrong.status_code == 422
    assert "租期有误" in wrong.text
    assert guest.post(f"{path}/acceptance").status_code == 422
    earlier = YEAR_AHEAD - timedelta(days=30)
    sent(guest, f"{path}/registration", lease_ends=earlier.isoformat())
    again = guest.post(f"{path}/registration")
    assert again.status_code == 409
    assert "这份申请已经处理过" in again.text
    db.session.rollback()
    tie = db.session.get_one(Binding, (town.compound, mine))
    assert (tie.state, tie.owner_id, tie.lease_ends) == ("accepted", None, earlier)
    unit = roll(town, f"/units/{tie.unit_id}")
    residents = roll(town, "/residents")
    assert guest.get(residents).text.count('class="row"') == 3
    assert guest.get(f"{residents}?as=family").text.count('class="row"') == 1
    assert guest.get(unit).text.count("改租期、结束") == 2
    tie_page = f"{unit}/bindings/{mine}"
    assert "不再以这套房屋住户的身份" in guest.get(tie_page).text
    assert "租期有误" in guest.post(f"{tie_page}/lease", lease_ends="2020-01-01").text
    sent(guest, f"{tie_page}/lease", lease_ends=YEAR_AHEAD.isoformat())
    assert f'value="{YEAR_AHEAD.isoformat()}"' in guest.get(tie_page).text
    sent(guest, f"{unit}/bindings/{mine}", reason="已退租")
    assert guest.get(unit).text.count("改租期、结束") == 1
    assert visitor(town, town.supervisor).get(residents).status_code == 403


def test_whose_lease_ends_soon_is_marked_and_whether_the_tenant_was_warned(
    town: ConsoleWorld, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(residents, "is_night", lambda _: False)
    path = roll(town, f"/{resident(town)}")
    guest, unit, listed = visitor(town, town.secretary), path.partition("/bindings")[0], roll(town, "/residents")
    pages = (path, unit, listed)
    assert not [one for one in pages if "即将到期" in guest.get(one).text]
    sent(guest, f"{path}/lease", lease_ends=(clock.today() + timedelta(days=20)).isoformat())
    assert all("即将到期" in guest.get(one).text for one in pages)
    assert "还没有提醒本人" in guest.get(path).text
    assert not [one for one in (unit, listed) if "提醒本人" in guest.get(one).text]
    with unit_of_work():
        service.warn_of_lease_ends()
    assert all("提醒本人" in guest.get(one).text for one in pages)
    assert "还没有提醒本人" not in guest.get(path).text


def test_a_binding_is_ended_with_a_reason(town: ConsoleWorld):
    unit, owner = home(town)
    tie = db.session.query(Binding).filter_by(account_id=owner.account_id).one().id
    guest, address = visitor(town, town.secretary), roll(town, f"/units/{unit.id}/bindings/{tie}")
    assert "请写明理由" in guest.post(address).text
    sent(guest, address, reason="号码是中介的")
    again = guest.post(address, reason="再来一次")
    assert again.status_code == 409
    assert "已经失效" in again.text
    assert "号码是中介的" in guest.get(roll(town, f"/units/{unit.id}")).text


def test_the_roll_is_the_secretarys_alone(town: ConsoleWorld):
    imported = uploaded_good(town)
    guest = visitor(town, town.supervisor)
    for path in ("", "/uploads", f"/uploads/{imported}", "/applications", "/without-owner"):
        assert guest.get(roll(town, path)).status_code == 403, path
    assert guest.post(roll(town, f"/uploads/{imported}/import")).status_code == 403
    assert roll_version(town.compound) == 1
