"""Expected beside actual: every difference becomes one sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from launcher.demo.expected import Expected, Sum


class Checks:
    """Differences found so far, and how many comparisons were made."""

    def __init__(self) -> None:
        self.differences: list[str] = []
        self.made = 0

    def same(self, what: str, actual: object, expected: object) -> None:
        """Compare two values."""
        self.made += 1
        if actual != expected:
            self.differences.append(f"{what}: expected {expected}, got {actual}.")

    def sum(self, what: str, actual: Mapping[str, int], expected: Sum) -> None:
        """Compare persons and area with the fields `persons` and `area_centi`."""
        self.same(f"{what}, persons", actual["persons"], expected.persons)
        self.same(f"{what}, area in 0.01 m²", actual["area_centi"], expected.area_centi)

    def turnout(self, actual: Mapping[str, Any], expected: Expected) -> None:
        """Compare a turnout, and what it is measured by."""
        self.sum("Turnout", {"persons": actual["persons"], "area_centi": actual["area_centi"]}, expected.turnout)
        electorate = {"persons": actual["electorate_persons"], "area_centi": actual["electorate_area_centi"]}
        self.sum("Electorate", electorate, expected.electorate)
        for name, whole in (("persons", expected.electorate.persons), ("area_centi", expected.electorate.area_centi)):
            self.same(f"Quorum needed, {name}", actual[f"needed_{name}"], -(-2 * whole // 3))

    def record(self, record: Mapping[str, Any], expected: Expected, motion_ids: Sequence[str]) -> None:
        """Compare a count record."""
        self.sum("Electorate counted", record["electorate"], expected.electorate)
        self.sum("Ballots counted", record["turnout"], expected.turnout)
        motions = record["motions"]
        self.same("Motions counted", [motion["motion_id"] for motion in motions], list(motion_ids))
        for motion, votes, verdict in zip(motions, expected.votes, expected.verdicts, strict=False):
            what = f"Motion {motion['position']}"
            for choice, expected_sum in votes.items():
                self.sum(f"{what}, {choice}", motion["votes"][choice], expected_sum)
            self.same(f"{what}, verdict", motion["verdict"], verdict)
