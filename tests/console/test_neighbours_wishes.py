"""A steward posts a wish for a neighbour who does not use the app."""

from io import BytesIO
from pathlib import Path

from playwright.sync_api import expect

from app.core.db import db
from app.wishes.models import Wish
from tests.support.console import PHONE, ConsoleWorld, Desk, visitor
from tests.support.files import EXECUTABLE, picture
from tests.support.wishes import TEXT, Wishes


def wish_of(town: ConsoleWorld) -> Wish:
    db.session.rollback()
    return db.session.query(Wish).filter_by(compound_id=town.compound).one()


def test_a_wish_from_the_door_to_its_review(town: ConsoleWorld, desk: Desk, tmp_path: Path):
    wishes = Wishes(town)
    (tmp_path / "龙头.jpg").write_bytes(picture("JPEG", 640, 480))
    page = desk.opened(wishes.steward, PHONE)
    page.goto(f"/console/compounds/{town.compound}/")
    page.get_by_role("link", name="代发心愿").click()
    page.get_by_role("button", name="代邻居发一个心愿").click()
    page.get_by_label("邻居住在哪里").fill("9栋9单元999")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("alert").filter(has_text="名册里没有")).to_be_visible()
    page.get_by_label("邻居住在哪里").fill("1-1-301")
    page.get_by_role("button", name="查找").click()
    page.get_by_label("王**").check()
    page.get_by_label("心愿内容").fill(TEXT)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请选择本人怎样同意的。")).to_be_visible()
    expect(page.get_by_label("心愿内容")).to_have_value(TEXT)
    page.get_by_label("家政维修").check()
    page.get_by_label("当面或电话同意").check()
    page.get_by_role("button", name="保存").dblclick()
    expect(page.get_by_role("status")).to_contain_text("已保存")
    expect(page.locator("dl.facts")).to_contain_text("1栋1单元301　王**")
    page.get_by_label("照片", exact=False).set_input_files(tmp_path / "龙头.jpg")
    page.get_by_role("button", name="添加照片").click()
    expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status")).to_contain_text("已提交")
    wish = wish_of(town)
    assert (wish.beneficiary_name, wish.unit_id, wish.consent) == ("王五一", wishes.homes[2].id, "spoken")


def test_whoever_is_no_owner_is_named_and_the_draft_can_be_changed_and_taken_back(town: ConsoleWorld):
    wishes = Wishes(town)
    steward, path = visitor(town, wishes.steward), f"/console/compounds/{town.compound}/wishes/"
    said = {"owner": "other", "category": "repair", "text": TEXT, "consent": "written"}
    assert "请填写姓名" in steward.post(path + "new?q=1-1-101", **said).text
    assert "请填手机号，或带区号" in steward.post(path + "new?q=1-1-101", **said, name="租客某", phone="123").text
    assert steward.post(path + "new?q=nowhere", **said, name="租客某").status_code == 303
    assert db.session.query(Wish).filter_by(compound_id=town.compound).count() == 0
    made = steward.post(path + "new?q=1-1-101", **said, name="租客某")
    assert made.status_code == 303, made.text
    address = made.location
    changed = steward.post(address + "words", category="errand", text="想请人代买药。")
    assert changed.location == address
    assert steward.post(address + "photos", photo=(BytesIO(EXECUTABLE), "a.jpg")).status_code == 422
    assert steward.post(address + "withdrawal").status_code == 303
    assert (wish_of(town).state, wish_of(town).text) == ("withdrawn", "想请人代买药。")
    other = visitor(town, town.secretary)
    assert other.get(address).status_code == 403
