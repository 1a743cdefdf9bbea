"""Parking and storage that the rules leave out (车位、储藏室, GR 25), as frozen before voting. Notes rest on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from verifier.bundle import Bundle, Unreadable, canonical, shaped
from verifier.electorate import Electorate
from verifier.log import Log
from verifier.merkle import Frontier, hash_leaf
from verifier.report import Report

FILE = "excluded.jsonl"
EXCLUDED = {"v": (1,), "kind": ("excluded",), "meeting": str, "area_centi": int, "units": list}


class Person(NamedTuple):
    """What one person has of the excluded units; `party` is None for somebody who owns nothing that counts."""

    party: str | None
    area: int
    scoped: dict[str, int]


@dataclass
class Excluded:
    """The persons that have excluded units, their area, and the root over all."""

    persons: list[Person] = field(default_factory=list)
    area_centi: int = 0
    root_hash: str = ""

    def inside(self, motion: Mapping[str, Any]) -> Iterator[tuple[str | None, int]]:
        """(party, area) of those who have some in the scope of a motion of leaf 0."""
        for person in self.persons:
            if "scope" not in motion:
                yield person.party, person.area
            elif motion["id"] in person.scoped:
                yield person.party, person.scoped[motion["id"]]


def read_excluded(bundle: Bundle, meeting: str, electorate: Electorate, report: Report) -> Excluded | None:
    """The excluded units as excluded.jsonl has them; None where there is no such file."""
    if not bundle.has(FILE):
        return None
    found, tree, last, parties = Excluded(), Frontier(), b"", set[str]()
    for line in bundle.lines(FILE):
        more = {name: kind for name, kind in (("party", str), ("scoped", dict)) if name in line}
        shaped(line, EXCLUDED | more, f"a line of {FILE}")
        raw, person = canonical(line), Person(line.get("party"), line["area_centi"], line.get("scoped", {}))
        if line["meeting"] != meeting or raw < last or any(type(one) is not int or one < 0 for one in line["units"]):
            raise Unreadable(f"{FILE}: a line is of another meeting, out of order, or has no such area")
        if any(type(part) is not int or not 0 <= part <= person.area for part in person.scoped.values()):
            raise Unreadable(f"{FILE}: a line has no such area in a scope")
        last = raw
        _check_person(line, person, parties, electorate, report)
        found.persons.append(person)
        found.area_centi += person.area
        tree.append(hash_leaf(raw))
    found.root_hash = tree.root().hex()
    return found


def _check_person(
    line: dict[str, Any], person: Person, parties: set[str], electorate: Electorate, report: Report
) -> None:
    name, chinese = person.party or "somebody without a vote", person.party or "无表决权者"
    report.expect(
        sum(line["units"]) == person.area,
        "excluded_changed",
        f"The parking and storage of {name} adds up to {sum(line['units'])}, and its area says {person.area}.",
        f"{chinese}的车位、储藏室面积之和为 {sum(line['units'])}，登记为 {person.area}（0.01 平方米）。",
    )
    if person.party is not None:
        report.expect(
            person.party in electorate.areas and person.party not in parties,
            "excluded_changed",
            f"The parking and storage of {person.party} stands twice, or belongs to nobody in the electorate.",
            f"{person.party} 的车位、储藏室重复，或者不属于名册中的表决权人。",
        )
        parties.add(person.party)


def check_excluded(log: Log, excluded: Excluded | None, report: Report) -> None:
    """The excluded units are those that leaf 0 commits to."""
    frozen, found = log.meeting.get("excluded"), None
    if excluded is not None:
        found = {
            "persons": len(excluded.persons),
            "area_centi": excluded.area_centi,
            "root_hash": excluded.root_hash,
        }
    right = report.expect(
        found == frozen,
        "excluded_changed",
        f"The parking and storage left out was frozen before voting as {frozen}, and the bundle has {found}: a unit or "
        "its area was changed, added or removed.",
        f"不计入的车位、储藏室在表决前冻结为 {frozen}，核验包中为 {found}：有面积或者单元被改动、添加或者删除。",
    )
    if right and excluded:
        persons, area = len(excluded.persons), excluded.area_centi
        report.holds(
            f"The parking and storage left out is as it was frozen before voting: {persons} persons, {area} × 0.01 m².",
            f"不计入的车位、储藏室与表决前冻结的一致：{persons} 人，面积 {area}（0.01 平方米）。",
        )
