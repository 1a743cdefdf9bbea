"""The documents say what they must, in figures that are never rounded, and look the same each time."""

import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import docx
import pytest
import zxingcpp
from docx.document import Document as Docx
from docx.shared import Mm
from PIL import Image

from app.meetings.documents import make_templates
from app.meetings.documents.data import DocumentKind
from app.meetings.documents.rendering import OWN_TEMPLATES, render
from app.meetings.notation import area_text, parse_area
from app.meetings.sheets import parse_sheet_id
from tests.unit.meetings.documents import samples


def opened(content: bytes) -> Docx:
    return docx.Document(BytesIO(content))


def texts(document: Docx) -> Iterator[str]:
    """Paragraphs and cells, in the order of the page."""
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            for row in block.rows:
                yield " | ".join(cell.text for cell in row.cells)
        else:
            yield block.text


def text_of(content: bytes) -> str:
    return "\n".join(texts(opened(content)))


def codes_of(document: Docx) -> list[str]:
    """What the QR codes of a document say, in their order."""
    pictures = [
        document.part.related_parts[blip.get(docx.oxml.ns.qn("r:embed"))].blob
        for blip in document.element.body.iter(docx.oxml.ns.qn("a:blip"))
    ]
    return [zxingcpp.read_barcodes(Image.open(BytesIO(picture)))[0].text for picture in pictures]


@pytest.mark.parametrize("name", samples.ALL)
def test_every_document_is_a4_without_leftover_tags_and_the_same_each_time(name: str):
    document = samples.ballot_sheets(2) if name == "ballot-sheets" else samples.ALL[name]()
    content = render(document)
    whole = opened(content)
    section = whole.sections[0]
    assert abs(section.page_width - Mm(210)) < 1000
    assert abs(section.page_height - Mm(297)) < 1000
    text = "\n".join(texts(whole))
    assert "{{" not in text
    assert "{%" not in text
    assert "测试小区" in text
    assert "2026年第一次业主大会" in whole.core_properties.title
    assert render(document) == content


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_templates_are_those_that_the_script_makes(kind: DocumentKind):
    committed, made = (OWN_TEMPLATES / kind.template).read_bytes(), make_templates.made(kind)
    assert opened(committed)._element.xml == opened(made)._element.xml, "run make_templates"
    assert opened(committed).sections[0].footer._element.xml == opened(made).sections[0].footer._element.xml


def test_the_announcement_quotes_the_law_and_names_each_attachment_with_its_digest():
    text = text_of(render(samples.announcement()))
    assert "表决自2026年5月17日9时00分起，至2026年5月27日9时00分止" in text
    assert "《民法典》第二百七十八条第一款第（五）项“使用建筑物及其附属设施的维修资金”，属一般决议事项" in text
    assert "须经参与表决的面积四分之三以上且人数四分之三以上同意" in text
    assert "表决权人577人，专有部分面积78,756.37平方米" in text
    assert "附件2：方案2.pdf（471 KB）" in text
    assert "SHA-256：" + "9f86d081884c7d65" * 4 in text
    assert "测试小区业主委员会（盖章）" in text
    assert text.rstrip().endswith("2026年5月1日")


def test_the_electorate_has_a_row_a_unit_with_masked_names_and_a_total():
    document = opened(render(samples.electorate()))
    (table,) = document.tables
    rows = [[cell.text for cell in row.cells] for row in (*table.rows[:7], *table.rows[-2:])]
    assert rows[0] == ["编号", "房屋坐落", "业主", "面积（平方米）", "面积来源"]
    assert len(table.rows) == 577 + 2
    assert rows[5] == ["5", "6栋3单元602", "测***、测***", area_text(samples.areas(577)[4]), "不动产登记簿"]
    assert rows[-1] == ["合计", "577处", "577人", "78,756.37", ""]
    cells = table._tbl.xpath("./w:tr/w:tc[4]//w:t/text()")
    assert sum(parse_area(area) for area in cells[1:-1]) == samples.AREA
    assert "公示期7日，自2026年5月1日起，至2026年5月8日止" in "\n".join(one.text for one in document.paragraphs)


def test_the_count_record_spells_out_every_comparison_and_leaves_place_for_signatures():
    text = text_of(render(samples.count_record()))
    assert "同意 | 330 | 45,100.00" in text
    assert "参与该事项表决 | 402 | 54,912.00" in text
    assert "1. 参与表决人数三分之二以上：3×402=1206 ≥ 2×577=1154，成立" in text
    assert "4. 同意面积四分之三以上：4×38,000.00=152,000.00 ≥ 3×54,912.00=164,736.00，不成立" in text
    assert text.count("结论：通过。") == 2
    assert text.count("结论：未通过。") == 1
    assert "计票身份 | 系统确认时间 | 签字 | 日期" in text
    assert "监督人 | 2026年5月27日10时30分 |  | " in text
    assert "计票时存证日志共407条" in text
    assert "其中纸质表决票65张，有3项多选或者无法辨认。" in text
    for motion in samples.COUNTED:
        for comparison in motion.comparisons:
            assert comparison in text


def test_a_count_without_a_log_says_nothing_of_one():
    assert "表决存证" not in text_of(render(replace(samples.count_record(), log_size="", log_root="")))


def test_the_result_is_preliminary_with_an_objection_period_and_then_final():
    preliminary, final = text_of(render(samples.result())), text_of(render(samples.result(final=True)))
    assert "初步结果公示）" in preliminary
    assert "初步结果公示期7日，自2026年5月28日起，至2026年6月4日止" in preliminary
    assert "本公告为最终结果" not in preliminary
    assert "初步结果公示）" not in final
    assert "本公告为最终结果" in final
    assert "一年内，请求人民法院予以撤销" in final
    assert "（二）利用地面空地设置充电车位：未通过" in final
    assert final.rstrip().endswith("2026年6月5日")


def test_a_published_result_has_a_code_that_leads_to_its_public_page():
    sample = samples.result()
    content = render(sample)
    assert codes_of(opened(content)) == [sample.address]
    assert f"编号是{sample.code}" in text_of(content)
    (picture,) = opened(content).element.body.iter(docx.oxml.ns.qn("w:drawing"))
    assert picture.xpath("ancestor::w:p[1]/w:pPr/w:spacing[@w:lineRule='exact']") == [], (
        "a line of exact height cuts it"
    )
    unpublished = render(replace(sample, address="", code=""))
    assert codes_of(opened(unpublished)) == []
    assert "编号" not in text_of(unpublished)


def test_too_few_taking_part_is_said():
    text = text_of(render(replace(samples.result(), turnout=replace(samples.turnout(), reached=False))))
    assert "未同时达到三分之二以上" in text


def test_domain_3_each_ballot_sheet_begins_a_page_and_its_code_names_party_and_meeting_only():
    document = opened(render(samples.ballot_sheets(3)))
    titles = [one for one in document.paragraphs if one.text == "测试小区业主大会表决票"]
    assert [one.paragraph_format.page_break_before for one in titles] == [True] * 3
    assert [parse_sheet_id(code) for code in codes_of(document)] == [
        (samples.MEETING_ID, samples.party_id(number)) for number in (1, 2, 3)
    ]
    text = "\n".join(texts(document))
    assert "第 3 号（共 577 号）" in text
    assert "三 | 修改业主大会议事规则 | □ | □ | □" in text
    assert "业主（签字）：" in text


def test_a_sheet_without_motions_of_its_own_has_only_the_election():
    sheets = samples.ballot_sheets(1)
    only = replace(sheets, sheets=[replace(sheets.sheets[0], motions=[])])
    text = text_of(render(only))
    assert "测试候选人六" in text
    assert "表决事项" not in text


def test_what_owners_write_is_text_and_never_a_tag_or_markup():
    evil = "{{ meeting.title }}{% for x in y %}<w:p>&amp;\"'\x00\x07\x0c\x0b\ufffe 末"
    motion = replace(samples.MOTIONS[0], title=evil, paragraphs=[evil])
    text = text_of(render(replace(samples.announcement(), motions=[motion])))
    assert text.count("{{ meeting.title }}{% for x in y %}<w:p>&amp;\"' 末") == 2


@pytest.mark.parametrize(
    ("document", "seconds"),
    [(samples.electorate(5000), 10), (samples.ballot_sheets(200), 20)],
    ids=["5000 units", "200 sheets"],
)
def test_a_large_meeting_s_documents_are_made_in_time(document: samples.data.Document, seconds: float):
    started = time.process_time()
    whole = opened(render(document))
    assert time.process_time() - started < seconds
    assert "测试小区" in whole.paragraphs[0].text


def test_a_motion_of_a_stairwell_names_it_with_its_own_electorate():
    own = replace(samples.MOTIONS[0], scope="3栋2单元", persons=30, area="3,000.00")
    assert "本事项由3栋2单元的业主表决，表决基数为30人，专有部分面积3,000.00平方米。" in text_of(
        render(replace(samples.announcement(), motions=[own]))
    )
    counted = replace(
        samples.COUNTED[0], scope="3栋2单元", base=samples.data.VotesRow(choice="表决基数", persons=30, area="3,000.00")
    )
    for document in (samples.count_record(), samples.result()):
        assert "表决基数（3栋2单元） | 30 | 3,000.00" in text_of(render(replace(document, motions=[counted])))


def test_an_extended_meeting_s_announcement_says_when_it_was_to_close():
    meeting = replace(samples.MEETING, first_closes_at="2026年5月20日9时00分")
    assert "原截止时间为2026年5月20日9时00分" in text_of(render(replace(samples.announcement(), meeting=meeting)))
    assert "原截止时间" not in text_of(render(samples.announcement()))
