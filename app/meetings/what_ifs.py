"""What a verdict had been under another reading, noted beside the count. A note binds nobody.

- Parking and storage (车位、储藏室, GR 25), where the rule set leaves them out and there are some.
- Silent parties taking part (视为参与表决), where the rule set lets them join the majority (GR 26): see `deemed`.
The other reading of blanks stands in the motion's result itself.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.meetings import excluded, scopes
from app.meetings.ballots import CHOICES
from app.meetings.deemed import proofs
from app.meetings.deemed.tally import DeemedResult, tally_deemed
from app.meetings.excluded_models import ExcludedUnit
from app.meetings.models import Ballot, BallotState, Meeting, Motion
from app.meetings.notation import area_text
from app.meetings.rules.rule_set import CIVIL_CODE_278_2, Category, RuleSet
from app.meetings.tally import Choice, Electorate, MotionCount, MotionResult, Verdict, tally_motion

Silent = Mapping[UUID, int]


def silent_in(meeting: Meeting, motion: Motion, rules: RuleSet, category: Category) -> Silent | None:
    """The silent parties that join the majority on a motion, with their area there; None where nobody may."""
    if not rules.deemed_with_majority or category is not Category.ORDINARY:
        return None
    return proofs.silent_areas(meeting, scopes.of(motion))


def notes(
    meeting: Meeting,
    motion: Motion,
    place: int,
    strict: MotionResult,
    deemed: DeemedResult | None,
    silent: Silent | None,
) -> dict[str, Any]:
    """The notes of one motion for the count record, None where there is none; `place`: of its choices, from 1."""
    return {
        "parking": _parking(meeting, motion, place, strict, deemed, silent),
        "deemed": silence_note(deemed) if deemed else None,
    }


def _parking(
    meeting: Meeting,
    motion: Motion,
    place: int,
    strict: MotionResult,
    deemed: DeemedResult | None,
    silent: Silent | None,
) -> dict[str, Any] | None:
    scope = scopes.of(motion)
    owners = excluded.owners(meeting, scope)
    if not owners:
        return None
    counted = set(scopes.areas(meeting, scope)) if scope else {party_id for party_id, _, _ in owners}
    joining = sum(party_id is None or party_id not in counted for party_id, _, _ in owners)
    electorate = Electorate(
        strict.electorate.persons + joining, strict.electorate.area_centi + sum(area for _, _, area in owners)
    )
    added = {party_id: area for party_id, _, area in owners if party_id is not None and party_id in counted}
    count = _with_areas(strict.count, _areas_by_choice(meeting, place, added))
    with_parking = tally_motion(strict.matter, electorate, count, strict.reading.blank_motion)
    return parking_note(with_parking, (deemed or strict).verdict, silent, added)


def parking_note(
    with_parking: MotionResult, published: Verdict, silent: Silent | None, added: Mapping[UUID, int]
) -> dict[str, Any]:
    """The note on parking and storage; `added`: what parties have of them, so that those in `silent` have it too."""
    verdict, electorate = _verdict(with_parking, silent, added), with_parking.electorate
    return {
        "electorate": {"persons": electorate.persons, "area_centi": electorate.area_centi},
        "verdict": verdict.value,
        "turns": verdict is not published,
        "text": f"如将车位、储藏室计入，本事项的结果将是{_beside(verdict, published)}",
    }


def _verdict(strict: MotionResult, silent: Silent | None, added: Mapping[UUID, int]) -> Verdict:
    """The verdict by the same rules, where the silent have their parking too."""
    if silent is None:
        return strict.verdict
    areas = {party_id: area + added.get(party_id, 0) for party_id, area in silent.items()}
    return tally_deemed(strict, proofs.votes_of(areas)).verdict


def _beside(verdict: Verdict, published: Verdict) -> str:
    return f"“{verdict.chinese}”，与公布的结果{'相同' if verdict is published else '不同'}。"


def _areas_by_choice(meeting: Meeting, place: int, areas: Mapping[UUID, int]) -> dict[Choice, int]:
    """What the areas of these parties add to each choice."""
    having_excluded = select(ExcludedUnit.party_id).where(
        ExcludedUnit.compound_id == meeting.compound_id, ExcludedUnit.meeting_id == meeting.id
    )
    ballots = select(Ballot.party_id, Ballot.choices[place]).where(
        Ballot.compound_id == meeting.compound_id,
        Ballot.meeting_id == meeting.id,
        Ballot.state == BallotState.EFFECTIVE,
        Ballot.party_id.in_(having_excluded.where(ExcludedUnit.party_id.is_not(None))),
    )
    added = dict.fromkeys(Choice, 0)
    for party_id, code in db.session.execute(ballots):
        added[CHOICES[code]] += areas.get(party_id, 0)
    return added


def _with_areas(count: MotionCount, added: Mapping[Choice, int]) -> MotionCount:
    fields: dict[str, int] = {}
    for choice in Choice:
        votes = count.votes(choice)
        fields |= {f"{choice.value}_persons": votes.persons, f"{choice.value}_area": votes.area_centi + added[choice]}
    return MotionCount(**fields)


def silence_note(deemed: DeemedResult) -> dict[str, Any]:
    """What the verdict had been, had the silent parties also been taking part."""
    verdict, silent = deemed.taking_part.verdict, deemed.silent
    only = deemed.strict.verdict is Verdict.NO_QUORUM and verdict is not Verdict.NO_QUORUM
    who = f"有送达凭证而未参与表决的业主 {silent.persons} 人（{area_text(silent.area_centi)} 平方米）"
    why = f"参与表决的法定比例只能由实际参与表决的业主达到（{CIVIL_CODE_278_2}），故不采用。" if only else ""
    return {
        "persons": silent.persons,
        "area_centi": silent.area_centi,
        "majority": deemed.majority.value if deemed.majority else None,
        "verdict": verdict.value,
        "turns": deemed.turns_if_taking_part,
        "quorum_only_with_deemed": only,
        "text": f"如将{who}同时视为参与表决，本事项的结果将是{_beside(verdict, deemed.verdict)}{why}",
    }
