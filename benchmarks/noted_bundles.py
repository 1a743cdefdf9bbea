"""Bundles of invented meetings with all that notes rest on: parking at every second party, and silence with proof.

`python -m benchmarks.noted_bundles BALLOTS FILE` writes one.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from app.core.canonical import canonical, moment
from app.meetings import what_ifs
from app.meetings.deemed.tally import tally_deemed
from app.meetings.log import leaves
from app.meetings.records import motion_record
from app.meetings.rules.rule_set import BlankMotion, Category, RuleSet
from app.meetings.tally import Choice, Electorate, MotionResult, Votes, tally_motion
from benchmarks.bundles import OPENS, InventedMeeting

PARKING_CENTI, JOINING = 1200, 10


@dataclass
class NotedMeeting(InventedMeeting):
    """An invented meeting where blanks abstain and whoever did not vote had the ballot on paper."""

    rules: RuleSet = field(
        default_factory=lambda: RuleSet(deemed_with_majority=True, blank_motion=BlankMotion.ABSTAINS)
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        self.parking = dict.fromkeys(list(self.electorate)[::2], PARKING_CENTI)

    @property
    def silent(self) -> Mapping[UUID, int]:
        """Who has not voted, with the area."""
        voted = {line["input"].get("party") for line in self.log}
        return {party: area for party, area in self.electorate.items() if str(party) not in voted}

    def _frozen_beside(self) -> dict[str, Any]:
        return {"excluded": _committed(self._excluded())}

    def _counted_beside(self) -> dict[str, Any]:
        silent = self.silent
        if not self.rules.deemed_with_majority:
            return {}
        return {"deliveries": _committed(self._deliveries()) | {"area_centi": sum(silent.values())}}

    def _beside(self) -> dict[str, Any]:
        proofs = {"deliveries.jsonl": self._deliveries()} if self.rules.deemed_with_majority else {}
        return {"excluded.jsonl": self._excluded()} | proofs

    def _excluded(self) -> list[dict[str, Any]]:
        owners = [*self.parking, *[None] * JOINING]
        return sorted((leaves.excluded(self.id, one, [PARKING_CENTI]) for one in owners), key=canonical)

    def _deliveries(self) -> list[dict[str, Any]]:
        proof = {"way": "paper", "delivered_at": moment(OPENS)}
        return [leaves.delivery(self.id, party, [proof]) for party in self.silent]

    def _motion(self, place: int, motion: UUID, result: MotionResult) -> dict[str, Any]:
        matter = result.matter
        joins = self.rules.deemed_with_majority and matter.category is Category.ORDINARY
        silent = self.silent if joins else None
        deemed = None if silent is None else tally_deemed(result, Votes(len(silent), sum(silent.values())))
        with_parking = tally_motion(matter, *self._with_parking(motion, result), self.rules.blank_motion)
        published = (deemed or result).verdict
        return motion_record(motion, place + 1, matter.chinese, result, deemed=deemed) | {
            "what_if": {
                "parking": what_ifs.parking_note(with_parking, published, silent, self.parking),
                "deemed": what_ifs.silence_note(deemed) if deemed else None,
            }
        }

    def _with_parking(self, motion: UUID, result: MotionResult) -> tuple[Electorate, Any]:
        more: Counter[str] = Counter()
        for line in self.log[1:]:
            leaf = line["input"]
            area = self.parking.get(UUID(leaf["party"]), 0)
            more[leaf["choices"].get(str(motion), Choice.BLANK.value)] += area
        areas = {f"{one.value}_area": result.count.votes(one).area_centi + more[one.value] for one in Choice}
        electorate = result.electorate
        area = electorate.area_centi + PARKING_CENTI * (len(self.parking) + JOINING)
        return Electorate(electorate.persons + JOINING, area), replace(result.count, **areas)


def _committed(statements: list[dict[str, Any]]) -> dict[str, Any]:
    area_centi = sum(one.get("area_centi", 0) for one in statements)
    return {"persons": len(statements), "area_centi": area_centi, "root_hash": leaves.root_of(statements).hex()}


if __name__ == "__main__":
    with open(sys.argv[2], "wb") as target:
        NotedMeeting(int(sys.argv[1])).write(target)
