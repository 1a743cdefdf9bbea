"""From a meeting's frozen rows to what its documents say."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.clock import SHANGHAI
from app.core.db import db
from app.core.masking import mask_name
from app.meetings import attachments, scopes
from app.meetings.attachments import AttachmentView
from app.meetings.documents import data, elections
from app.meetings.documents.data import DocumentKind, day_text, moment_text, numeral
from app.meetings.electorate import AreaSource
from app.meetings.models import (
    Convenor,
    CountApproval,
    CountCapacity,
    CountRecord,
    Meeting,
    Motion,
    VotingParty,
    VotingPartyOwner,
    VotingPartyUnit,
)
from app.meetings.notation import area_text
from app.meetings.reading import motions_of
from app.meetings.results import address
from app.meetings.rules.rule_set import BlankMotion, Category, Matter, RuleSet, deemed_warning, describe
from app.meetings.sheets import sheet_id
from app.meetings.tally import Choice, Electorate, MotionCount, Verdict, Votes
from app.org.models import OrgUnit
from app.org.queries import get_compound

DOORS_SHOWN = 6
_CHOICE_TEXT = {Choice.FOR: "同意", Choice.AGAINST: "反对", Choice.ABSTAIN: "弃权", Choice.BLANK: "未选或无法辨认"}
_CAPACITY_TEXT = {CountCapacity.SECRETARY: "计票人（书记）", CountCapacity.SUPERVISOR: "监督人"}
_BLANK_RULE = {
    BlankMotion.NOT_TAKING_PART: "未选、多选或者无法辨认的，视为未参与该事项的表决。",
    BlankMotion.ABSTAINS: "未选、多选或者无法辨认的，该事项按弃权计算。",
}


def gather(kind: DocumentKind, meeting: Meeting, now: datetime) -> data.Document:
    """What a document of the meeting says; the caller has checked that its state allows the document."""
    return _GATHERERS[kind](meeting, now)


def _announcement(meeting: Meeting, _: datetime) -> data.Announcement:
    rules = _rules(meeting)
    return data.Announcement(
        meeting=_facts(meeting),
        motions=list(_motions(meeting).values()),
        rules=describe(rules),
        objection_days=rules.electorate_objection_days,
        objection_until=_days_after(meeting.announced_at, rules.electorate_objection_days),
    )


def _electorate(meeting: Meeting, _: datetime) -> data.ElectorateList:
    rules, owners = _rules(meeting), _owners(meeting)
    rows = [
        data.ElectorateRow(
            number=party.number,
            door=unit.door,
            owners=_owners_text(party, owners),
            area=area_text(unit.area_centi),
            source=AreaSource(unit.area_source).chinese if unit.area_source else "缺面积数据",
        )
        for party, units in _parties(meeting)
        for unit in units
    ]
    return data.ElectorateList(
        meeting=_facts(meeting),
        rows=rows,
        units=len(rows),
        objection_days=rules.electorate_objection_days,
        objection_until=_days_after(meeting.announced_at, rules.electorate_objection_days),
    )


def _ballot_sheets(meeting: Meeting, _: datetime) -> data.BallotSheets:
    owners, motions = _owners(meeting), _motions(meeting)
    sheets = [
        data.BallotSheet(
            number=party.number,
            owners=_owners_text(party, owners),
            doors=_doors_text([unit.door for unit in units]),
            units=len(units),
            area=area_text(party.area_centi),
            motions=[motion for motion in own if not motion.seats],
            elections=[motion for motion in own if motion.seats],
            sheet_id=sheet_id(meeting.id, party.id),
        )
        for party, units in _parties(meeting)
        if (own := [motion for motion_id, motion in motions.items() if motion_id not in party.out_of_scope])
    ]
    rules = _rules(meeting)
    blank_rule = _BLANK_RULE[rules.blank_motion] + (deemed_warning(rules) or "")
    return data.BallotSheets(meeting=_facts(meeting), blank_rule=blank_rule, sheets=sheets)


def _count_record(meeting: Meeting, _: datetime) -> data.CountRecordSheet:
    record = _record(meeting)
    log = record.get("log") or {}
    approvals = db.session.scalars(
        select(CountApproval)
        .where(CountApproval.compound_id == meeting.compound_id, CountApproval.meeting_id == meeting.id)
        .order_by(CountApproval.capacity)
    )
    counted_at = datetime.fromisoformat(record["counted_at"])
    return data.CountRecordSheet(
        meeting=_facts(meeting),
        counted_at=moment_text(counted_at),
        counted_on=day_text(counted_at.astimezone(SHANGHAI).date()),
        turnout=_turnout(record),
        paper=_paper(record),
        changed=_changed(record),
        motions=_counted(meeting, record),
        elections=elections.counted(meeting, motions_of(meeting), record),
        approvals=[
            data.Approval(
                capacity=_CAPACITY_TEXT[CountCapacity(one.capacity)], approved_at=moment_text(one.approved_at)
            )
            for one in approvals
        ],
        rules=describe(RuleSet.from_dict(record["rule_set"])),
        log_size=str(log.get("size", "")),
        log_root=log.get("root_hash", ""),
    )


def _result(meeting: Meeting, _: datetime) -> data.ResultAnnouncement:
    record, days = _record(meeting), _rules(meeting).result_objection_days
    published = meeting.published_at
    return data.ResultAnnouncement(
        meeting=_facts(meeting),
        final=meeting.finalized_at is not None,
        counted_at=moment_text(datetime.fromisoformat(record["counted_at"])),
        turnout=_turnout(record),
        motions=_counted(meeting, record),
        elections=elections.counted(meeting, motions_of(meeting), record),
        issued_on=_days_after(meeting.finalized_at or published, 0),
        objection_days=days,
        objection_from=_days_after(published, 0),
        objection_until=_days_after(published, days),
        code=meeting.result_code or "",
        address=address.of_result(meeting.result_code),
    )


_GATHERERS: Mapping[DocumentKind, Callable[[Meeting, datetime], data.Document]] = {
    DocumentKind.ANNOUNCEMENT: _announcement,
    DocumentKind.ELECTORATE: _electorate,
    DocumentKind.BALLOT_SHEETS: _ballot_sheets,
    DocumentKind.COUNT_RECORD: _count_record,
    DocumentKind.RESULT: _result,
}


def _rules(meeting: Meeting) -> RuleSet:
    return RuleSet.from_dict(meeting.rule_set or {})


def _days_after(moment: datetime | None, days: int) -> str:
    """The last day of a period, the first day not counted (Civil Code 201); without a start, a date to be filled in."""
    if moment is None:
        return data.BLANK_DATE
    return day_text(moment.astimezone(SHANGHAI).date() + timedelta(days=days))


def _facts(meeting: Meeting) -> data.MeetingFacts:
    compound = get_compound(meeting.compound_id)
    return data.MeetingFacts(
        compound=compound.name,
        title=meeting.title,
        convenor=_convenor(meeting, compound),
        announced_on=_days_after(meeting.announced_at, 0),
        opens_at=moment_text(meeting.opens_at),
        closes_at=moment_text(meeting.closes_at),
        first_closes_at=moment_text(meeting.first_closes_at) if meeting.first_closes_at else "",
        persons=meeting.electorate_persons or 0,
        area=area_text(meeting.electorate_area_centi or 0),
    )


def _convenor(meeting: Meeting, compound: OrgUnit) -> str:
    if meeting.convenor == Convenor.COMMUNITY:
        community = db.session.get(OrgUnit, compound.parent_id)
        return f"{community.name.removesuffix('居民委员会') if community else ''}居民委员会"
    body = {Convenor.COMMITTEE: "业主委员会", Convenor.PREPARATORY_GROUP: "业主大会筹备组"}
    return compound.name + body[Convenor(meeting.convenor)]


def _motions(meeting: Meeting) -> dict[UUID, data.MotionFacts]:
    attached, motions = attachments.of_meeting(meeting), motions_of(meeting)
    standing = elections.standing(motions)
    return {
        motion.id: _motion(meeting, number, motion, attached.get(motion.id, ()), standing.get(motion.id, ()))
        for number, motion in enumerate(motions, start=1)
    }


def _motion(
    meeting: Meeting,
    number: int,
    motion: Motion,
    attached: Sequence[AttachmentView],
    standing: Sequence[data.CandidateFacts],
) -> data.MotionFacts:
    matter, scope = Matter(motion.matter), scopes.of(motion)
    whole = Electorate(meeting.electorate_persons or 0, meeting.electorate_area_centi or 0)
    electorate = scopes.electorate(meeting, scope) if scope else whole
    return data.MotionFacts(
        number=number,
        heading=numeral(number),
        title=motion.title,
        paragraphs=[line.strip() for line in motion.text.splitlines() if line.strip()],
        category=matter.category.chinese,
        threshold=_threshold(matter.category),
        article=matter.article,
        quotation=matter.quotation,
        scope=scope.name if scope else "",
        persons=electorate.persons,
        area=area_text(electorate.area_centi),
        attachments=[
            data.AttachmentFacts(file_name=one.file_name, size=_size_text(one.size), sha256=one.sha256)
            for one in attached
        ],
        seats=motion.seats or 0,
        candidates=standing,
    )


def _threshold(category: Category) -> str:
    share = category.threshold
    return f"须经参与表决的面积{share.name}且人数{share.name}同意（{share.article}）"


def _size_text(size: int) -> str:
    """Bytes for people, rounded up: a size is no figure of the count."""
    return f"{-(-size // 1024)} KB" if size < 1024 * 1024 else f"{-(-size * 10 // (1024 * 1024)) / 10} MB"


def _parties(meeting: Meeting) -> list[tuple[VotingParty, Sequence[VotingPartyUnit]]]:
    """The electorate in the order of its numbers, each party with its units by door."""
    units: dict[UUID, list[VotingPartyUnit]] = defaultdict(list)
    for unit in db.session.scalars(
        select(VotingPartyUnit)
        .where(VotingPartyUnit.compound_id == meeting.compound_id, VotingPartyUnit.meeting_id == meeting.id)
        .order_by(VotingPartyUnit.door)
    ):
        units[unit.party_id].append(unit)
    parties = db.session.scalars(
        select(VotingParty)
        .where(VotingParty.compound_id == meeting.compound_id, VotingParty.meeting_id == meeting.id)
        .order_by(VotingParty.number)
    )
    return [(party, units[party.id]) for party in parties]


def _owners(meeting: Meeting) -> Mapping[UUID, Sequence[str]]:
    """The masked names of each party."""
    names: dict[UUID, list[str]] = defaultdict(list)
    for party_id, name in db.session.execute(
        select(VotingPartyOwner.party_id, VotingPartyOwner.name)
        .where(
            VotingPartyOwner.compound_id == meeting.compound_id,
            VotingPartyOwner.meeting_id == meeting.id,
            VotingPartyOwner.joined_at.is_(None),
        )
        .order_by(VotingPartyOwner.owner_id)
    ):
        names[party_id].append(mask_name(name))
    return names


def _owners_text(party: VotingParty, owners: Mapping[UUID, Sequence[str]]) -> str:
    if party.is_developer:
        return "建设单位"
    return "、".join(owners.get(party.id, ())) or "未登记业主"


def _doors_text(doors: Sequence[str]) -> str:
    if len(doors) <= DOORS_SHOWN:
        return "、".join(doors)
    return f"{'、'.join(doors[:DOORS_SHOWN])}等{len(doors)}处"


def _record(meeting: Meeting) -> dict[str, Any]:
    found = db.session.get(CountRecord, (meeting.compound_id, meeting.id))
    if found is None:
        raise RuntimeError("a counted meeting without its record")
    return found.record


def _turnout(record: Mapping[str, Any]) -> data.TurnoutFacts:
    turnout = record["turnout"]
    return data.TurnoutFacts(
        persons=turnout["persons"],
        area=area_text(turnout["area_centi"]),
        needed_persons=turnout["needed_persons"],
        needed_area=area_text(turnout["needed_area_centi"]),
        reached=turnout["quorum"],
    )


_NOT_COUNTED = {
    "late": "逾期递交",
    "unidentified": "无法识别",
    "after_app": "晚于线上投票",
    "duplicate": "重复递交",
    "set_aside": "作废",
}


def _paper(record: Mapping[str, Any]) -> list[str]:
    """What became of the paper ballots; nothing where none was handed in."""
    paper = record.get("paper")
    if not paper:
        return []
    spoiled, tried = paper["spoiled_items"], paper["before_app"]
    others = [f"{name}{paper[key]}张" for key, name in _NOT_COUNTED.items() if paper[key]]
    return [
        f"其中纸质表决票{paper['ballots']}张" + (f"，有{spoiled}项多选或者无法辨认。" if spoiled else "。"),
        *([f"另有{'、'.join(others)}，均不计入。"] if others else []),
        *([f"有{tried}张纸质票的业主此后又尝试线上投票，以先到的纸质票为准。"] if tried else []),
    ]


def _changed(record: Mapping[str, Any]) -> list[str]:
    """How many ballots were changed; nothing where the rules allow no change."""
    if not RuleSet.from_dict(record["rule_set"]).allow_ballot_change:
        return []
    number = record.get("changed_ballots", 0)
    return [f"按议事规则在截止前更改过的表决票{number}张" + ("，均以更改后的为准，原票不计入。" if number else "。")]


def _counted(meeting: Meeting, record: Mapping[str, Any]) -> list[data.CountedMotion]:
    blank = RuleSet.from_dict(record["rule_set"]).blank_motion
    numbers = {str(motion.id): number for number, motion in enumerate(motions_of(meeting), start=1)}
    return [_counted_motion(numbers[motion["motion_id"]], motion, blank) for motion in record["motions"]]


def _counted_motion(number: int, motion: Mapping[str, Any], blank: BlankMotion) -> data.CountedMotion:
    votes = {choice: Votes(**motion["votes"][choice.value]) for choice in Choice}
    count = MotionCount(
        **{f"{choice.value}_persons": one.persons for choice, one in votes.items()},
        **{f"{choice.value}_area": one.area_centi for choice, one in votes.items()},
    )
    category = Category(motion["category"])
    return data.CountedMotion(
        number=number,
        heading=numeral(number),
        title=motion["title"],
        category=category.chinese,
        article=motion["article"],
        threshold=_threshold(category),
        scope=motion["scope"] or "",
        base=_votes_row("表决基数", Votes(**motion["electorate"])),
        votes=[_votes_row(_CHOICE_TEXT[choice], one) for choice, one in votes.items()],
        took_part=_votes_row("参与该事项表决", count.taking_part(blank)),
        comparisons=[one["text"] for one in motion["comparisons"]],
        verdict=motion["verdict_text"],
        notes=_notes(motion, blank, count),
    )


def _votes_row(name: str, votes: Votes) -> data.VotesRow:
    return data.VotesRow(choice=name, persons=votes.persons, area=area_text(votes.area_centi))


def _notes(motion: Mapping[str, Any], blank: BlankMotion, count: MotionCount) -> list[str]:
    what_ifs = motion.get("what_if") or {}
    return [
        *_strict_notes(motion.get("deemed")),
        *([_blank_note(motion, blank)] if count.blank_persons else []),
        *(what_if["text"] for what_if in what_ifs.values() if what_if and what_if.get("persons", 1)),
    ]


def _strict_notes(deemed: Mapping[str, Any] | None) -> list[str]:
    """Where silent owners joined the majority: who, and the strict count, with every step that differs."""
    if not deemed:
        return []
    steps = [one["text"] for one in deemed["strict"]["comparisons"] if one["name"].startswith("approval")]
    return [deemed["text"], *([f"严格计票的算式：{'；'.join(steps)}。"] if deemed["persons"] else [])]


def _blank_note(motion: Mapping[str, Any], blank: BlankMotion) -> str:
    other = {BlankMotion.ABSTAINS: "按弃权计算", BlankMotion.NOT_TAKING_PART: "视为未参与"}[blank.other]
    verdict = Verdict(motion["verdict_if_blank_counted_otherwise"]).chinese
    if motion["differs_if_blank_counted_otherwise"]:
        return f"注意：未选或者无法辨认的如{other}，结论为“{verdict}”，与本结论不同，请重点复核。"
    return f"未选或者无法辨认的如{other}，结论不变。"
