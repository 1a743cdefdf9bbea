"""Silent parties that join the majority (从多, GR 26): ballot and warning came to each, and none has voted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from verifier.arithmetic import SPECIAL
from verifier.bundle import Bundle, Unreadable, canonical, shaped
from verifier.electorate import Electorate
from verifier.log import FROZEN, Log
from verifier.merkle import Frontier, hash_leaf
from verifier.report import Report

FILE = "deliveries.jsonl"
DELIVERY = {"v": (1,), "kind": ("delivery",), "meeting": str, "party": str, "proofs": list}
PROOF = {"way": ("opened", "paper"), "delivered_at": "moment"}
Proofs = list[tuple[str, str]]


@dataclass
class Deliveries:
    """The silent parties with proof: by party, (way, moment) of the deliveries; and the root over all."""

    proofs: dict[str, Proofs] = field(default_factory=dict)
    root_hash: str = ""

    def silent(self, motion: Mapping[str, Any], electorate: Electorate) -> dict[str, int] | None:
        """Those who join the majority on a motion of leaf 0, with their area there; None where nobody may."""
        if motion["matter"] in SPECIAL:
            return None
        areas = electorate.inside(motion)
        return {party: areas[party] for party in self.proofs if party in areas}


def read_deliveries(bundle: Bundle, meeting: str) -> Deliveries | None:
    """The proofs as deliveries.jsonl has them; None where there is no such file."""
    if not bundle.has(FILE):
        return None
    found, tree, last = Deliveries(), Frontier(), ""
    for line in bundle.lines(FILE):
        shaped(line, DELIVERY, f"a line of {FILE}")
        proofs = [shaped(one, PROOF, f"a proof of {FILE}") for one in line["proofs"]]
        ways = [one["way"] for one in proofs]
        if line["meeting"] != meeting or line["party"] <= last or not ways or ways != sorted(set(ways)):
            raise Unreadable(f"{FILE}: {line['party']} is of another meeting, out of order, or has no proof")
        last = line["party"]
        found.proofs[last] = [(one["way"], one["delivered_at"]) for one in proofs]
        tree.append(hash_leaf(canonical(line)))
    found.root_hash = tree.root().hex()
    return found


def check_deliveries(
    record: dict[str, Any], deliveries: Deliveries | None, log: Log, electorate: Electorate, report: Report
) -> None:
    """The proofs that a count rests on which lets silence join: as committed to, in time, and of silent parties."""
    turned_on = log.meeting["rule_set"].get("deemed_with_majority") is True
    frozen = record.get("deliveries")
    if frozen is not None:
        shaped(frozen, FROZEN, "the record's deliveries")
    elif turned_on and deliveries is None:
        report.note(
            "The rules let silence join the majority, and an older program decided here by the ballots alone.",
            "议事规则允许未参与表决的票数计入多数票，但旧版程序仅按实际表决票得出结论。",
        )
    right = _check_frozen(frozen, deliveries, electorate, report)
    for party, proofs in deliveries.proofs.items() if deliveries else ():
        right &= _check_party(party, proofs, log, turned_on, report)
    if frozen is not None and right:
        report.holds(
            f"{frozen['persons']} silent parties join the majority: ballot and warning came to each before the close, "
            "and none has cast a ballot.",
            f"{frozen['persons']} 个未参与表决的表决权人计入多数票：截止前均有送达凭证，且均没有表决票。",
        )


def _check_frozen(
    frozen: dict[str, Any] | None, deliveries: Deliveries | None, electorate: Electorate, report: Report
) -> bool:
    found = None
    if deliveries is not None:
        found = {
            "persons": len(deliveries.proofs),
            "area_centi": sum(electorate.areas.get(party, 0) for party in deliveries.proofs),
            "root_hash": deliveries.root_hash,
        }
    return report.expect(
        found == frozen,
        "delivery_changed",
        f"The count record rests on the proofs of delivery {frozen}, and the bundle has {found}: a proof was changed, "
        "added or removed.",
        f"计票记录所依据的送达凭证为 {frozen}，核验包中为 {found}：有凭证被改动、添加或者删除。",
    )


def _check_party(party: str, proofs: Proofs, log: Log, turned_on: bool, report: Report) -> bool:
    since = {"opened": log.meeting["opens_at"], "paper": log.meeting["announced_at"]}
    right = report.expect(
        turned_on and all(since[way] <= moment < log.closes_at for way, moment in proofs),
        "delivery_wrong",
        f"A delivery to {party} was not while it could still vote, or the rules let nobody join the majority.",
        f"对 {party} 的送达不在表决截止之前，或者议事规则不允许计入多数票。",
    )
    voted = party in log.marks or any(why == "disputed" for why, _ in log.aside.by_party.get(party, ()))
    return right & report.expect(
        not voted,
        "delivery_wrong",
        f"Party {party} is counted as silent, and has a ballot in the log.",
        f"表决权人 {party} 被计为未参与表决，但日志中有其表决票。",
    )
