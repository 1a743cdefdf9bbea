"""Ballots that are in the log and do not count: co-owners who contradicted each other, and what gave way (SPC 9).

What a later ballot of the same party replaced does not count either: see `changes`.
"""

from dataclasses import dataclass, field
from typing import Any

from verifier.bundle import canonical, shaped
from verifier.report import Report

REASONS = ("disputed", "withdrawn", "replaced")


def set_aside(record: dict[str, Any]) -> dict[str, str]:
    """Leaf hash -> reason of each leaf that the record does not count."""
    shape = {"leaf_hash": "hex64", "reason": REASONS}
    listed = [shaped(one, shape, "a leaf that is not counted") for one in record.get("not_counted", [])]
    return {one["leaf_hash"]: one["reason"] for one in listed}


@dataclass
class Aside:
    """The leaves set aside; those that co-owners' contradiction set aside by party: the reason, and what it says."""

    by_party: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)
    hashes: set[str] = field(default_factory=set)

    def add(self, leaf_hash: str, reason: str, ballot: dict[str, Any]) -> None:
        """Note a leaf."""
        self.hashes.add(leaf_hash)
        if reason == "replaced":
            return
        said = canonical([ballot["choices"], ballot.get("marks", {})])
        self.by_party.setdefault(ballot["party"], []).append((reason, said))


def check_aside(record: dict[str, Any], aside: Aside, counted: dict[str, Any], report: Report) -> None:
    """A ballot is set aside only beside another of its party, and disputed only beside a contrary one."""
    missing = set_aside(record).keys() - aside.hashes
    disputed_parties = 0
    for party, ballots in aside.by_party.items():
        said = {content for reason, content in ballots if reason == "disputed"}
        disputed_parties += bool(said)
        alone = len(ballots) + (party in counted) < 2
        if alone or (said and (len(said) < 2 or party in counted)):
            report.breaks(
                "set_aside_wrongly",
                f"A ballot of party {party} is not counted, though no other of this party contradicts or replaces it.",
                f"表决权人 {party} 的选票未计入，但没有与其矛盾或者取代它的其他选票。",
            )
    if missing or disputed_parties != record.get("disputed_parties", 0):
        report.breaks(
            "count_wrong",
            f"The record sets aside {len(missing)} leaves that the log lacks, or is wrong on the disputed parties.",
            f"记录中有 {len(missing)} 条不计入的存证不在日志中，或者意见不一致的户数有误。",
        )
    if contradicted := sum(map(len, aside.by_party.values())):
        report.note(
            f"{contradicted} ballots are in the log and do not count, since co-owners contradicted each other; "
            f"{disputed_parties} parties did not agree until the close.",
            f"{contradicted} 张表决票因共有人意见不一致不计入，其中 {disputed_parties} 户至截止仍未一致。",
        )
