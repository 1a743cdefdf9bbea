"""Word documents for staff: each in its time, none that tells choices before the count."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import docx
import pytest
import zxingcpp
from PIL import Image
from structlog.testing import CapturingLogger
from werkzeug.test import TestResponse

from app.core.db import db
from app.meetings.documents import service
from app.meetings.models import VotingParty
from app.meetings.sheets import parse_sheet_id
from tests.miniprogram_api.test_lots import tied_election
from tests.support.world import CLOSES, OPENS, Person, World, at

ALWAYS = ("announcement", "electorate", "ballot-sheets")
COUNTED = ("count-record", "result")


def fetch(world: World, path: str, document: str, person: Person | None = None) -> TestResponse:
    return world.api(person or world.secretary)("GET", f"{path}/documents/{document}")


def text_of(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    document = docx.Document(BytesIO(answer.data))
    cells = ["|".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def count(world: World, path: str) -> None:
    for person in (world.secretary, world.supervisor):
        assert world.api(person)("POST", f"{path}/count").status_code == 200


def test_a_draft_has_no_documents(world: World):
    world.owners(1)
    path = world.draft()
    for document in (*ALWAYS, *COUNTED):
        assert code_of(fetch(world, path, document)) == (409, "wrong_meeting_state")


def test_choices_are_in_no_document_before_the_count(world: World):
    owners = world.owners(3)
    path = world.announced(5)
    with at(OPENS):
        before = {document: fetch(world, path, document).data for document in ALWAYS}
        for owner in owners:
            world.cast(owner, path, "against")
        for document in COUNTED:
            assert code_of(fetch(world, path, document)) == (409, "wrong_meeting_state")
        assert {document: fetch(world, path, document).data for document in ALWAYS} == before
    with at(CLOSES):
        world.api(world.secretary)("POST", f"{path}/count")
        for document in COUNTED:
            assert code_of(fetch(world, path, document)) == (409, "wrong_meeting_state")
        assert fetch(world, path, "electorate").data == before["electorate"]


def test_staff_download_each_document_with_a_chinese_name(world: World):
    owners = world.owners(3)
    path = world.announced(5, 8)
    for document, name in zip(ALWAYS, ("业主大会会议公告", "业主名册公示", "表决票"), strict=True):
        answer = fetch(world, path, document, world.supervisor)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == service.MEDIA_TYPE
        assert answer.headers["Cache-Control"] == "no-store"
        assert (
            f"filename*=UTF-8''{quote(f'测试小区第一次业主大会{name}.docx')}" in answer.headers["Content-Disposition"]
        )
    with at(OPENS):
        for owner, choice in zip(owners, ("for", "for", "against"), strict=True):
            world.cast(owner, path, choice, "abstain")
    with at(CLOSES):
        count(world, path)
        record = text_of(fetch(world, path, "count-record", world.supervisor))
        result = text_of(fetch(world, path, "result", world.supervisor))
    for text in (record, result):
        assert "同意|2|200.00" in text
        assert "参与表决人数三分之二以上：3×3=9 ≥ 2×3=6，成立" in text
        assert "同意面积过半数：2×200.00=400.00 > 300.00，成立" in text
        assert "同意人数四分之三以上：4×0=0 ≥ 3×3=9，不成立" in text
    assert "计票人（书记）|2026年5月27日9时00分" in record
    assert "监督人|2026年5月27日9时00分" in record


def test_the_record_names_the_verdict_of_the_count(world: World):
    owners = world.owners(3)
    path = world.announced(5)
    with at(OPENS):
        world.cast(owners[0], path, "for")
    with at(CLOSES):
        count(world, path)
        assert "结论：参与表决不足法定比例，表决不成立。" in text_of(fetch(world, path, "count-record"))


def test_the_electorate_masks_names_and_adds_up(world: World):
    first = world.owner(world.unit("101", 8950), world.unit("102", 10011), name="测试业主甲")
    shared = world.unit("103", 7000)
    world.owner(shared, name="测试业主乙")
    world.unit("104", 5000, held_by_developer=True)
    world.unit("105", 4000)
    text = text_of(fetch(world, world.announced(), "electorate"))
    assert first.owner_id
    assert "测试业主" not in text
    assert "测****" in text
    assert "|1栋1单元104|建设单位|50.00|不动产登记簿" in text
    assert "|1栋1单元105|未登记业主|40.00|不动产登记簿" in text
    assert "合计|5处|4人|349.61|" in text


def test_a_sheet_s_code_names_the_meeting_and_the_party(world: World):
    world.owners(3)
    path = world.announced()
    document = docx.Document(BytesIO(fetch(world, path, "ballot-sheets").data))
    pictures = [part.blob for part in document.part.package.image_parts]
    found = {parse_sheet_id(zxingcpp.read_barcodes(Image.open(BytesIO(one)))[0].text) for one in pictures}
    parties = db.session.query(VotingParty).all()
    assert found == {(party.meeting_id, party.id) for party in parties}
    assert str(parties[0].meeting_id) == path.rpartition("/")[2]


def test_the_result_turns_final_with_its_final_announcement(world: World):
    owners = world.owners(2)
    path = world.announced()
    with at(OPENS):
        for owner in owners:
            world.cast(owner, path, "for")
    with at(CLOSES):
        count(world, path)
        unpublished = text_of(fetch(world, path, "result"))
        world.api(world.secretary)("POST", f"{path}/publication")
        published = text_of(fetch(world, path, "result"))
    assert "自　　　　年　　月　　日起" in unpublished
    assert "自2026年5月27日起，至2026年6月3日止" in published
    with at(CLOSES + timedelta(days=8)):
        assert "初步结果公示）" in text_of(fetch(world, path, "result"))
        world.api(world.secretary)("POST", f"{path}/final-announcement")
    with at(CLOSES + timedelta(days=9)):
        final = text_of(fetch(world, path, "result"))
    assert "本公告为最终结果" in final
    assert "2026年6月4日" in final


def test_nobody_but_staff_downloads_documents(world: World):
    owner = world.owners(1)[0]
    path = world.announced()
    elsewhere = path.replace(str(world.compound), str(world.add_compound("测试二区")))
    for document in (*ALWAYS, *COUNTED):
        assert fetch(world, path, document, owner).status_code == 403
        assert fetch(world, path, document, world.person()).status_code == 403
        assert world.api()("GET", f"{path}/documents/{document}").status_code == 401
        assert fetch(world, elsewhere, document).status_code == 403
        assert code_of(fetch(world, elsewhere, document, world.supervisor)) == (404, "meeting_not_found")


def test_a_document_that_does_not_exist_is_not_found(world: World):
    world.owners(1)
    assert code_of(fetch(world, world.announced(), "choices")) == (404, "no_such_address")


def test_every_download_is_logged_without_personal_data(world: World, monkeypatch: pytest.MonkeyPatch):
    log = CapturingLogger()
    monkeypatch.setattr(service, "log", log)
    world.owner(world.unit("101"), name="测试业主甲")
    path = world.announced()
    fetch(world, path, "electorate")
    fetch(world, path, "result")
    (call,) = log.calls
    assert (call.method_name, call.args) == ("info", ("document_made",))
    assert call.kwargs["document"] == "electorate"
    assert call.kwargs["account_id"] == str(world.secretary.account_id)
    assert set(call.kwargs) == {"document", "account_id", "compound_id", "meeting_id", "size"}


def test_a_city_s_broken_template_is_told_to_the_secretary(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "announcement.docx").write_bytes(b"no docx")
    monkeypatch.setattr(service, "_city_templates", tmp_path)
    world.owners(1)
    path = world.announced()
    refused = fetch(world, path, "announcement")
    assert code_of(refused) == (409, "document_template_broken")
    assert "announcement.docx" in refused.json["error"]["message"]
    assert fetch(world, path, "electorate").status_code == 200


def test_a_motion_of_many_lines_and_marks_is_printed(world: World):
    world.owners(1)
    path = world.draft()
    text = "第一行\n第二行 <b>&amp; {{ 7*7 }}"
    motion = {"matter": 9, "title": "其他 & <事项>", "text": text}
    assert world.api(world.secretary)("POST", f"{path}/motions", motion).status_code == 201
    world.api(world.secretary)("POST", f"{path}/announcement")
    shown = text_of(fetch(world, path, "announcement"))
    assert "（二）其他 & <事项>" in shown
    assert "第一行\n第二行 <b>&amp; {{ 7*7 }}\n" in shown
    assert "其他 & <事项>|□|□|□" in text_of(fetch(world, path, "ballot-sheets"))


def test_a_sheet_shows_a_party_its_own_motions_and_the_record_their_own_electorate(world: World):
    inside = [world.owner(world.unit(room, building="3栋", stairwell="2单元")) for room in ("101", "102")]
    world.owner(world.unit("101", building="1栋", stairwell="1单元"))
    path = world.draft(5)
    motion = {"matter": 5, "title": "更换电梯", "text": "更换电梯。", "scope_building_id": str(world.building("3栋"))}
    assert world.api(world.secretary)("POST", f"{path}/motions", motion).status_code == 201
    world.api(world.secretary)("POST", f"{path}/announcement")
    assert "本事项由3栋的业主表决，表决基数为2人，专有部分面积200.00平方米。" in text_of(
        fetch(world, path, "announcement")
    )
    sheets = text_of(fetch(world, path, "ballot-sheets"))
    assert sheets.count("事项5|□") == 3
    assert sheets.count("更换电梯（3栋的业主表决）|□") == 2
    with at(OPENS):
        for owner in inside:
            world.cast(owner, path, "for", "for")
    with at(CLOSES):
        count(world, path)
        record = text_of(fetch(world, path, "count-record"))
    assert "表决基数（3栋）|2|200.00" in record
    assert "表决基数|3|300.00" in record


def test_a_cancelled_meeting_has_no_documents(world: World):
    world.owners(1)
    path = world.announced()
    assert world.api(world.secretary)("POST", f"{path}/cancellation", {"reason": "公告有误"}).status_code == 200
    for document in (*ALWAYS, *COUNTED):
        assert code_of(fetch(world, path, document)) == (409, "wrong_meeting_state")


def test_an_election_is_on_every_document_with_its_lot(world: World):
    election = tied_election(world)
    motion = f"{election.path}/motions/{election.motion}"
    with at(CLOSES):
        announcement, sheets, tied = (
            text_of(fetch(world, election.path, document))
            for document in ("announcement", "ballot-sheets", "count-record")
        )
        assert "应选5人，候选人：" in announcement
        assert "7. 候选人6：愿为大家服务。" in announcement
        assert "最多选5人，多选的本项无效" in sheets
        assert "1|候选人0|□|2|候选人1|□" in sheets
        assert "7|候选人6|□||" in sheets
        assert "在最后2个席位上并列，须抽签决定" in tied
        assert "并列待抽签" in tied
        order = {"order": [election.names[one] for one in (5, 3, 4)]}
        assert world.api(world.secretary)("POST", f"{motion}/lot", order).status_code == 201
        assert world.api(world.supervisor)("POST", f"{motion}/lot/confirmation").status_code == 200
        drawn = text_of(fetch(world, election.path, "result"))
    assert "候选人5、候选人3当选，共5人" in drawn
    assert "并列的候选人已经抽签，先后为：候选人5、候选人3、候选人4。" in drawn
    assert "候补依次为：候选人4。" in drawn
