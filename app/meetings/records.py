"""What a count says, for the count record (计票记录): figures as integers, and every comparison."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from app.meetings.ballots import CHOICES
from app.meetings.comparisons import Comparison
from app.meetings.deemed.tally import DeemedResult
from app.meetings.notation import area_text
from app.meetings.rules.rule_set import CIVIL_CODE_278_2, GR_26
from app.meetings.tally import Choice, Electorate, MotionCount, MotionResult, quorum

_JOINED = {Choice.FOR: "同意", Choice.AGAINST: "反对", Choice.ABSTAIN: "弃权"}


def turnout_record(electorate: Electorate, counts: Sequence[MotionCount]) -> dict[str, Any]:
    """Who cast a ballot, beside what a quorum needs; areas in 0.01 m²."""
    first = counts[0]
    persons = first.for_persons + first.against_persons + first.abstain_persons + first.blank_persons
    area_centi = first.for_area + first.against_area + first.abstain_area + first.blank_area
    reached = quorum(electorate, persons, area_centi)
    return {
        "persons": persons,
        "area_centi": area_centi,
        "needed_persons": reached.needed_persons,
        "needed_area_centi": reached.needed_area,
        "quorum": reached.holds,
    }


def motion_record(
    motion_id: UUID,
    position: int,
    title: str,
    strict: MotionResult,
    scope: str | None = None,
    deemed: DeemedResult | None = None,
) -> dict[str, Any]:
    """The count of one motion: scope (None: the whole compound) and its electorate, totals, verdict, comparisons.

    `deemed`: where the rules let silent parties join the majority. It then decides, and the strict count stands beside.
    """
    count, decides = strict.count, deemed or strict
    return {
        "motion_id": str(motion_id),
        "position": position,
        "title": title,
        "matter": int(strict.matter),
        "category": strict.category.value,
        "article": strict.matter.article,
        "scope": scope,
        "electorate": {"persons": strict.electorate.persons, "area_centi": strict.electorate.area_centi},
        "votes": {
            choice.value: {"persons": count.votes(choice).persons, "area_centi": count.votes(choice).area_centi}
            for choice in CHOICES.values()
        },
        **_verdict(decides),
        "verdict_if_blank_counted_otherwise": decides.otherwise.verdict.value,
        "differs_if_blank_counted_otherwise": decides.differs_if_blank_counted_otherwise,
        **({"deemed": _deemed(deemed)} if deemed else {}),
    }


def _verdict(result: MotionResult | DeemedResult) -> dict[str, Any]:
    return {
        "verdict": result.verdict.value,
        "verdict_text": result.verdict.chinese,
        "comparisons": _comparisons(result.comparisons),
    }


def _comparisons(steps: Iterable[Comparison]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "left": one.left,
            "operator": one.operator,
            "right": one.right,
            "holds": one.holds,
            "text": one.sentence,
        }
        for one in steps
    ]


def _deemed(result: DeemedResult) -> dict[str, Any]:
    """Who joined the majority, and the strict count, that is of the ballots alone, with its own verdict."""
    return {
        "persons": result.silent.persons,
        "area_centi": result.silent.area_centi,
        "majority": result.majority.value if result.majority else None,
        "strict": _verdict(result.strict),
        "differs_from_strict": result.differs_from_strict,
        "text": _deemed_text(result) + _strict_text(result),
    }


def _deemed_text(result: DeemedResult) -> str:
    who = f"有送达凭证而未参与表决的业主 {result.silent.persons} 人（{area_text(result.silent.area_centi)} 平方米）"
    if result.majority is None:
        return f"已表决的票中没有人数和面积均过半数的意见，{who}不计入任何一方（{GR_26}）。"
    joined = f"按议事规则计入已表决的多数票“{_JOINED[result.majority]}”（{GR_26}）"
    return f"{who}{joined}，不计入参与表决的法定比例（{CIVIL_CODE_278_2}）。"


def _strict_text(result: DeemedResult) -> str:
    beside = "与本结论不同" if result.differs_from_strict else "与本结论相同"
    return f"严格计票（不计入上述业主）的结论是“{result.strict.verdict.chinese}”，{beside}。"
