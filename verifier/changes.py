"""Ballots that a party changed, where the rule set allows it: once, in the app, and the later one counts."""

from dataclasses import dataclass, field
from typing import Any

from verifier.report import Report


@dataclass
class Changes:
    """The leaves that the record does not count as `replaced`, and the leaves that replace one.

    `replaced`: hash -> (index, party, channel); `by`: hash of the replaced leaf -> index of the leaf that replaces it.
    """

    replaced: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    by: dict[str, int] = field(default_factory=dict)
    parties: set[str] = field(default_factory=set)

    def check_replacing(
        self, ballot: dict[str, Any], index: int, rule_set: dict[str, Any], already: bool, report: Report
    ) -> None:
        """A leaf that names another as replaced: an earlier one of its party that does not count, once.

        `already`: whether an earlier ballot of the party is among those that count.
        """
        party, earlier = ballot["party"], self.replaced.get(ballot["replaces"])
        theirs = earlier is not None and earlier[1] == party
        in_the_app = ballot["channel"] == "app" and (earlier is None or earlier[2] == "app")
        for right, english, chinese in (
            (rule_set.get("allow_ballot_change") is True, "the rule set allows no change", "议事规则不允许更改"),
            (in_the_app, "a change is made in the app only", "只能在线上更改"),
            (party not in self.parties, "this party had changed before", "该表决权人此前已经更改过"),
            (
                theirs and not already,
                "what it replaces is no earlier ballot of this party that the record leaves out as replaced",
                "被更改的不是该表决权人此前的、记录列为已更改的票",
            ),
        ):
            report.expect(
                right,
                "change_wrong",
                f"Leaf {index} changes a ballot of party {party}, but {english}.",
                f"第 {index} 条存证更改表决权人 {party} 的票，但{chinese}。",
            )
        self.parties.add(ballot["party"])
        self.by.setdefault(ballot["replaces"], index)


def check_changes(record: dict[str, Any], changes: Changes, report: Report) -> None:
    """Every ballot left out as replaced was replaced by a later one, and the record says how many were."""
    for leaf_hash, (index, party, _) in changes.replaced.items():
        report.expect(
            leaf_hash in changes.by,
            "change_wrong",
            f"The ballot of leaf {index} (party {party}) is left out as replaced, and no later one replaces it.",
            f"第 {index} 条存证（表决权人 {party}）的票列为已更改而不计入，但没有更改它的票。",
        )
    said = record.get("changed_ballots", 0)
    report.expect(
        said == len(changes.replaced) and ("changed_ballots" in record) == bool(changes.replaced),
        "change_wrong",
        f"The record says that {said} ballots were changed, and it leaves out {len(changes.replaced)} as replaced.",
        f"记录中更改的票为 {said} 张，列为已更改而不计入的却有 {len(changes.replaced)} 张。",
    )
    if changes.replaced:
        report.note(
            f"{len(changes.replaced)} ballots were changed once before the close, as the rule set allows: the later "
            "ones count, the earlier ones stay in the log.",
            f"有 {len(changes.replaced)} 张表决票按议事规则在截止前更改过一次：以更改后的为准，原票留在日志中。",
        )
