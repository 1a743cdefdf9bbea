"""What a steward does for neighbours who want paper while a meeting is announced."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from app.core import clock
from app.core.db import db
from app.meetings.models import ElectorateObjection, PostedNotice
from app.org.models import Role
from tests.support.console import ConsoleWorld, visitor
from tests.support.console_builders import at_meeting
from tests.support.console_meetings import announced
from tests.support.files import picture


def signed() -> tuple[BytesIO, str]:
    return BytesIO(picture()), "签过字.png"


def test_a_paper_objection_to_the_list_is_entered_once_with_its_scan(town: ConsoleWorld):
    path, owners = announced(town)
    steward = visitor(town, town.official(Role.STEWARD, town.compound))
    address = at_meeting(town, path, "electorate/objections/new").path
    said: dict[str, Any] = {"kind": "wrong_area", "door": "1栋1单元001", "text": "面积应当是 89.50"}
    assert "登记 ›" in steward.get(at_meeting(town, path).path).text
    unknown = steward.post(address, **{**said, "door": "9栋9单元999"}, file=signed())
    assert (unknown.status_code, "名册里没有这套房屋" in unknown.text) == (422, True)
    assert "请拍照或者选择异议书的扫描件" in steward.post(address, **said).text
    broken = steward.post(address, **said, file=(BytesIO(b"MZ"), "异议书.exe"))
    assert broken.status_code == 422
    db.session.rollback()
    assert db.session.query(ElectorateObjection).filter_by(compound_id=town.compound).count() == 0
    for _ in range(2):
        assert steward.post(address, **said, file=signed()).location == at_meeting(town, path).path
    db.session.rollback()
    filed = db.session.query(ElectorateObjection).filter_by(compound_id=town.compound).one()
    assert (filed.unit_id, filed.scan_id is not None) == (owners[0].unit_ids[0], True)
    other_sheet = BytesIO(picture(width=640)), "另一份.png"
    assert steward.post(address, **said, file=other_sheet).status_code == 303
    db.session.rollback()
    assert db.session.query(ElectorateObjection).filter_by(compound_id=town.compound).count() == 2, "two neighbours"
    assert "下载证明" in visitor(town, town.secretary).get(at_meeting(town, path, "electorate/").path).text


def test_the_steward_who_posted_a_notice_can_look_at_its_photo(town: ConsoleWorld):
    path, _ = announced(town)
    town.product.move_clock(clock.now() + timedelta(hours=2))
    steward = visitor(town, town.official(Role.STEWARD, town.compound))
    now = clock.now().astimezone(clock.SHANGHAI)
    posted = steward.post(
        at_meeting(town, path, "delivery/posted").path,
        place="东门公告栏",
        on=now.strftime("%Y-%m-%d"),
        at=now.strftime("%H:%M"),
        photo=(BytesIO(picture()), "公告.png"),
    )
    assert posted.status_code == 303, posted.text
    db.session.rollback()
    notice = db.session.query(PostedNotice).filter_by(compound_id=town.compound).one().id
    shown = steward.get(at_meeting(town, path, f"delivery/posted/{notice}/photo").path)
    assert (shown.status_code, shown.mimetype, shown.headers["Cache-Control"]) == (200, "image/png", "no-store")
    assert "attachment" not in shown.headers.get("Content-Disposition", "")
    assert visitor(town, town.person()).get(shown.request.path).status_code == 403
