"""Documents with invented data, of the size of a real compound: 577 persons, 78,756.37 m²."""

from dataclasses import replace
from uuid import UUID

from app.meetings.documents import data
from app.meetings.documents.data import numeral
from app.meetings.notation import area_text
from app.meetings.rules.rule_set import BlankMotion, Matter, RuleSet, describe
from app.meetings.sheets import sheet_id
from app.meetings.tally import Electorate, MotionCount, quorum, tally_motion

PERSONS, AREA = 577, 7875637
MEETING_ID = UUID("0198c0de-0000-7000-8000-000000000001")

MEETING = data.MeetingFacts(
    compound="测试小区",
    title="2026年第一次业主大会",
    convenor="测试小区业主委员会",
    announced_on="2026年5月1日",
    opens_at="2026年5月17日9时00分",
    closes_at="2026年5月27日9时00分",
    first_closes_at="",
    persons=PERSONS,
    area=area_text(AREA),
)
TITLES = {5: "使用维修资金更换3栋电梯", 8: "利用地面空地设置充电车位", 1: "修改业主大会议事规则"}
TEXT = "拟使用维修资金28万元更换3栋两部电梯。\n方案与三家报价见附件，费用按3栋各户专有部分面积分摊。"
COUNTS = {
    5: MotionCount(330, 4510000, 52, 700000, 20, 281200, 3, 30000),
    8: MotionCount(280, 3800000, 90, 1300000, 32, 391200, 3, 30000),
    1: MotionCount(382, 5210000, 12, 150000, 8, 131200, 3, 30000),
}


def threshold(matter: Matter) -> str:
    share = matter.category.threshold
    return f"须经参与表决的面积{share.name}且人数{share.name}同意（{share.article}）"


def motion(number: int, matter: Matter, attachments: int = 0) -> data.MotionFacts:
    return data.MotionFacts(
        number=number,
        heading=numeral(number),
        title=TITLES[matter],
        paragraphs=TEXT.splitlines(),
        category=matter.category.chinese,
        threshold=threshold(matter),
        article=matter.article,
        quotation=matter.quotation,
        scope="",
        persons=PERSONS,
        area=area_text(AREA),
        attachments=[
            data.AttachmentFacts(file_name=f"方案{one}.pdf", size="471 KB", sha256="9f86d081884c7d65" * 4)
            for one in range(1, attachments + 1)
        ],
    )


CANDIDATES = [
    data.CandidateFacts(number=number, name=f"测试候选人{numeral(number)}", statement="愿为大家服务。")
    for number in range(1, 7)
]
ELECTION = replace(
    motion(4, Matter(1)),
    title="选举第一届业主委员会",
    article=Matter(3).article,
    quotation=Matter(3).quotation,
    seats=5,
    candidates=CANDIDATES,
)
COUNTED_ELECTION = data.CountedElection(
    number=4,
    heading="四",
    title=ELECTION.title,
    article=ELECTION.article,
    seats=5,
    took_part=data.VotesRow(choice="参与该事项表决", persons=402, area="54,912.00"),
    blank=data.VotesRow(choice="未选或无法辨认", persons=3, area="300.00"),
    comparisons=["3×402 ≥ 2×577，即 1206 ≥ 1154，成立（人数）"],
    candidates=[
        data.CountedCandidate(
            name=one.name,
            persons=300 - one.number,
            area="40,000.00",
            rank=str(one.number),
            outcome="当选" if one.number <= 5 else "候补",
        )
        for one in CANDIDATES
    ],
    verdict="、".join(one.name for one in CANDIDATES[:5]) + "当选，共5人",
    notes=["候补依次为：测试候选人六。"],
)
MOTIONS = [motion(1, Matter(5), 2), motion(2, Matter(8)), motion(3, Matter(1), 1)]


def announcement() -> data.Announcement:
    return data.Announcement(
        meeting=MEETING,
        motions=[*MOTIONS, ELECTION],
        rules=describe(RuleSet()),
        objection_days=7,
        objection_until="2026年5月8日",
    )


def areas(rows: int) -> list[int]:
    """Areas of so many units, which add up to the electorate's."""
    drawn = [AREA // rows + (number * 7 % 41 - 20) * AREA // rows // 100 for number in range(rows - 1)]
    return [*drawn, AREA - sum(drawn)]


def electorate(rows: int = PERSONS) -> data.ElectorateList:
    shares = areas(rows)
    return data.ElectorateList(
        meeting=MEETING,
        rows=[
            data.ElectorateRow(
                number=number,
                door=f"{number % 12 + 1}栋{number % 3 + 1}单元{number % 18 + 1}{number % 4 + 1:02}",
                owners="测***" if number % 5 else "测***、测***",
                area=area_text(shares[number - 1]),
                source="不动产登记簿",
            )
            for number in range(1, rows + 1)
        ],
        units=rows,
        objection_days=7,
        objection_until="2026年5月8日",
    )


def party_id(number: int) -> UUID:
    return UUID(int=MEETING_ID.int + number)


def ballot_sheets(sheets: int = PERSONS) -> data.BallotSheets:
    return data.BallotSheets(
        meeting=MEETING,
        blank_rule="未选、多选或者无法辨认的，视为未参与该事项的表决。",
        sheets=[
            data.BallotSheet(
                number=number,
                owners="测***、测***",
                doors=f"{number % 12 + 1}栋1单元{number % 18 + 1}01",
                units=1,
                area=area_text(8000 + number * 7 % 6000),
                motions=MOTIONS,
                elections=[ELECTION],
                sheet_id=sheet_id(MEETING_ID, party_id(number)),
            )
            for number in range(1, sheets + 1)
        ],
    )


def turnout() -> data.TurnoutFacts:
    count = COUNTS[5].taking_part(BlankMotion.ABSTAINS)
    reached = quorum(Electorate(PERSONS, AREA), *count)
    return data.TurnoutFacts(
        persons=count.persons,
        area=area_text(count.area_centi),
        needed_persons=reached.needed_persons,
        needed_area=area_text(reached.needed_area),
        reached=reached.holds,
    )


def counted(number: int, matter: Matter) -> data.CountedMotion:
    count = COUNTS[matter]
    result = tally_motion(matter, Electorate(PERSONS, AREA), count, BlankMotion.NOT_TAKING_PART)
    took_part = count.taking_part(BlankMotion.NOT_TAKING_PART)
    votes = (
        ("同意", count.for_persons, count.for_area),
        ("反对", count.against_persons, count.against_area),
        ("弃权", count.abstain_persons, count.abstain_area),
        ("未选或无法辨认", count.blank_persons, count.blank_area),
    )
    return data.CountedMotion(
        number=number,
        heading=numeral(number),
        title=TITLES[matter],
        category=matter.category.chinese,
        article=matter.article,
        threshold=threshold(matter),
        scope="",
        base=data.VotesRow(choice="表决基数", persons=PERSONS, area=area_text(AREA)),
        votes=[data.VotesRow(choice=name, persons=persons, area=area_text(area)) for name, persons, area in votes],
        took_part=data.VotesRow(
            choice="参与该事项表决", persons=took_part.persons, area=area_text(took_part.area_centi)
        ),
        comparisons=[one.sentence for one in result.comparisons],
        verdict=result.verdict.chinese,
        notes=["未选或者无法辨认的如按弃权计算，结论不变。"],
    )


COUNTED = [counted(1, Matter(5)), counted(2, Matter(8)), counted(3, Matter(1))]


def count_record() -> data.CountRecordSheet:
    return data.CountRecordSheet(
        meeting=MEETING,
        counted_at="2026年5月27日10时30分",
        counted_on="2026年5月27日",
        turnout=turnout(),
        changed=["按议事规则在截止前更改过的表决票5张，均以更改后的为准，原票不计入。"],
        paper=["其中纸质表决票65张，有3项多选或者无法辨认。", "另有逾期递交2张、无法识别1张，均不计入。"],
        motions=COUNTED,
        elections=[COUNTED_ELECTION],
        approvals=[
            data.Approval(capacity="计票人（书记）", approved_at="2026年5月27日10时12分"),
            data.Approval(capacity="监督人", approved_at="2026年5月27日10时30分"),
        ],
        rules=describe(RuleSet(allow_ballot_change=True)),
        log_size="407",
        log_root="9f86d081884c7d65" * 4,
    )


def result(final: bool = False) -> data.ResultAnnouncement:
    return data.ResultAnnouncement(
        meeting=MEETING,
        final=final,
        counted_at="2026年5月27日10时30分",
        turnout=turnout(),
        motions=COUNTED,
        elections=[COUNTED_ELECTION],
        issued_on="2026年6月5日" if final else "2026年5月28日",
        objection_days=7,
        objection_from="2026年5月28日",
        objection_until="2026年6月4日",
        code="K7MQ-2XHB-9TWD",
        address="https://example.test/console/public/results/K7MQ-2XHB-9TWD",
    )


ALL = {
    "announcement": announcement,
    "electorate": electorate,
    "ballot-sheets": ballot_sheets,
    "count-record": count_record,
    "result": result,
    "result-final": lambda: result(final=True),
}
