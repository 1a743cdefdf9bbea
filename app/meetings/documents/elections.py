"""Elections on documents: who stands, and who is elected."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.meetings.documents import data
from app.meetings.documents.data import numeral
from app.meetings.elections import candidates, lots
from app.meetings.models import Meeting, Motion
from app.meetings.notation import area_text

_OUTCOME_TEXT = {"elected": "当选", "substitute": "候补", "needs_lot": "并列待抽签", "not_elected": "未当选"}


def standing(motions: Sequence[Motion]) -> Mapping[UUID, Sequence[data.CandidateFacts]]:
    """By election, the candidates in the order of the ballot sheet."""
    elections = [motion for motion in motions if motion.seats]
    if not elections:
        return {}
    found = candidates.of_motions(elections[0].compound_id, [motion.id for motion in elections])
    return {
        motion_id: [
            data.CandidateFacts(number=number, name=one.name, statement=one.statement)
            for number, one in enumerate(on_sheet, start=1)
        ]
        for motion_id, on_sheet in found.items()
    }


def counted(
    meeting: Meeting, motions: Sequence[Motion], record: Mapping[str, Any], named: Callable[[str], str] = str
) -> list[data.CountedElection]:
    """Every election of a counted meeting with its outcome, confirmed lots included, and the notes of the record.

    `named`: how a candidate's name is written.
    """
    what_ifs = {one["motion_id"]: one.get("what_if") or {} for one in record.get("elections", ())}
    elections = {number: motion for number, motion in enumerate(motions, start=1) if motion.seats}
    on_sheet = candidates.of_motions(meeting.compound_id, [motion.id for motion in elections.values()])
    return [
        _counted(
            number,
            lots.outcome_of(meeting, motion) | {"what_if": what_ifs.get(str(motion.id), {})},
            {str(one.id): named(one.name) for one in on_sheet[motion.id]},
        )
        for number, motion in elections.items()
    ]


def _counted(number: int, outcome: Mapping[str, Any], names: Mapping[str, str]) -> data.CountedElection:
    return data.CountedElection(
        number=number,
        heading=numeral(number),
        title=outcome["title"],
        article=outcome["article"],
        seats=outcome["seats"],
        took_part=_row("参与该事项表决", outcome["took_part"]),
        blank=_row("未选或无法辨认", outcome["blank"]),
        comparisons=outcome["quorum_comparisons"],
        candidates=[_candidate(one, names) for one in outcome["candidates"]],
        verdict=_verdict(outcome, names),
        notes=_notes(outcome, names),
    )


def _row(name: str, votes: Mapping[str, int]) -> data.VotesRow:
    return data.VotesRow(choice=name, persons=votes["persons"], area=area_text(votes["area_centi"]))


def _candidate(one: Mapping[str, Any], names: Mapping[str, str]) -> data.CountedCandidate:
    return data.CountedCandidate(
        name=names[one["candidate_id"]],
        persons=one["persons"],
        area=area_text(one["area_centi"]),
        rank=str(one["rank"] or "—"),
        outcome=_OUTCOME_TEXT[one["outcome"]],
    )


def _verdict(outcome: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if not outcome["quorum"]:
        return "参与表决不足法定比例，选举不成立"
    elected = _names(outcome["elected"], names)
    return f"{elected}当选，共{len(outcome['elected'])}人" if elected else "无人当选"


def _notes(outcome: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    notes = []
    if outcome["substitutes"]:
        notes.append(f"候补依次为：{_names(outcome['substitutes'], names)}。")
    if outcome["needs_lot"]:
        tied, seats = _names(outcome["needs_lot"], names), outcome["seats_by_lot"]
        notes.append(f"{tied}人数和面积均相同，在最后{seats}个席位上并列，须抽签决定。")
    if outcome["lots"]:
        order = sorted(outcome["lots"], key=outcome["lots"].__getitem__)
        notes.append(f"并列的候选人已经抽签，先后为：{_names(order, names)}。抽签由书记登记、监督人确认。")
    if outcome["vacancies"]:
        notes.append(f"空缺{outcome['vacancies']}席，不予递补，须另行选举。")
    if outcome["differs_if_blank_counted_otherwise"]:
        notes.append("注意：未选或者无法辨认的如按另一方式计算，当选人将有不同，请重点复核。")
    return notes + [what_if["text"] for what_if in outcome["what_if"].values() if what_if]


def _names(ids: Sequence[str], names: Mapping[str, str]) -> str:
    return "、".join(names[one] for one in ids)
