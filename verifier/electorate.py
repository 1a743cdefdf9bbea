"""The frozen electorate: parties, units and areas (integers of 0.01 m²), and the root that stands for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verifier.bundle import Bundle, Unreadable, canonical, shaped
from verifier.merkle import Frontier, hash_leaf
from verifier.report import Report

PARTY = {
    "v": (1,),
    "kind": ("party",),
    "meeting": str,
    "party": str,
    "is_developer": bool,
    "area_centi": int,
    "units": list,
}


@dataclass(frozen=True)
class Electorate:
    """Area of each party by id, the sum, and the root over all.

    `scoped`: for a motion of a building or stairwell, the area in it of each party that has a unit there.
    """

    areas: dict[str, int]
    scoped: dict[str, dict[str, int]]
    area_centi: int
    root_hash: str

    @property
    def persons(self) -> int:
        """Voting parties."""
        return len(self.areas)

    def inside(self, motion: Mapping[str, Any]) -> Mapping[str, int]:
        """The parties that vote on a motion of leaf 0, with their area in its scope."""
        return self.scoped.get(motion["id"], {}) if "scope" in motion else self.areas


def read_electorate(bundle: Bundle, meeting: str, report: Report) -> Electorate:
    """The electorate as electorate.jsonl has it; the sum of each party's units is compared with its area."""
    areas: dict[str, int] = {}
    scoped: dict[str, dict[str, int]] = {}
    tree, total, last = Frontier(), 0, ""
    for party in bundle.lines("electorate.jsonl"):
        shaped(party, PARTY | {"scoped": dict} if "scoped" in party else PARTY, "a party of electorate.jsonl")
        name, area = party["party"], party["area_centi"]
        if party["meeting"] != meeting or name <= last or area < 0:
            raise Unreadable(f"electorate.jsonl: {name} is of another meeting, out of order, or has no such area")
        last = name
        for unit in party["units"]:
            shaped(unit, {"area_centi": int, "source": ("register", "survey", "contract", None)}, f"a unit of {name}")
        units = sum(unit["area_centi"] for unit in party["units"])
        if units != area:
            report.breaks(
                "area_changed",
                f"The areas of party {name}'s units add up to {units}, and its area says {area} (0.01 m²).",
                f"表决权人 {name} 各专有部分面积之和为 {units}，登记为 {area}（0.01 平方米）。",
            )
        for motion, part in party.get("scoped", {}).items():
            if type(part) is not int or not 0 <= part <= area:
                raise Unreadable(f"electorate.jsonl: {name} has no such area in the scope of {motion}")
            scoped.setdefault(motion, {})[name] = part
        areas[name] = area
        total += area
        tree.append(hash_leaf(canonical(party)))
    return Electorate(areas, scoped, total, tree.root().hex())
