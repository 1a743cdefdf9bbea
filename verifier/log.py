"""The ballot log, leaf by leaf: the meeting first, then the ballots, the count last."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from verifier.arithmetic import CHOICES, Votes
from verifier.aside import Aside
from verifier.bundle import Bundle, Unreadable, canonical, shaped
from verifier.changes import Changes
from verifier.electorate import Electorate
from verifier.merkle import Frontier, hash_leaf
from verifier.report import Report

MEETING = {
    "v": (1,),
    "kind": ("meeting",),
    "meeting": str,
    "compound": str,
    "title": str,
    "convenor": str,
    "announced_at": "moment",
    "opens_at": "moment",
    "closes_at": "moment",
    "rule_set": dict,
    "motions": list,
    "electorate": dict,
}
FROZEN = {"persons": int, "area_centi": int, "root_hash": "hex64"}
BALLOT = {
    "v": (1,),
    "kind": ("ballot",),
    "meeting": str,
    "party": str,
    "choices": dict,
    "channel": ("app", "paper"),
    "accepted_at": "moment",
    "nonce": "hex32",
}
SOMETIMES = {"marks": dict, "spoiled": list, "replaces": "hex64"}
EXTENSION = {"v": (1,), "kind": ("extension",), "meeting": str, "closes_at": "moment"}
LOT = {"v": (1,), "kind": ("lot",), "meeting": str, "motion": str, "order": list, "drawn_at": "moment"}
_ENDS = {"v": (1,), "meeting": str, "published_at": "moment", "objections": list}
ENDINGS = {
    "final": _ENDS | {"kind": ("final",), "final_at": "moment"},
    "annulment": _ENDS | {"kind": ("annulment",), "annulled_at": "moment", "reason": str},
}
COUNT = {"v": (1,), "kind": ("count",), "meeting": str, "record_sha256": "hex64"}
LEAF = {"index": int, "leaf_hash": "hex64", "input": dict}
COUNTED_LEAF = LEAF | {"area_centi": int}


class Paper(NamedTuple):
    """Ballots from paper, and the items on them that were marked twice or unreadable."""

    ballots: int = 0
    spoiled_items: int = 0


@dataclass
class Log:
    """What the walk found. `roots` are over the leaves as they stand, for each size of `heads`.

    `found`: of the leaves that a reader asks for, place and content.
    `ending`: the leaf that made the result final or annulled it, where there is one.
    """

    meeting: dict[str, Any]
    size: int = 0
    roots: dict[int, str] = field(default_factory=dict)
    record_sha256: str | None = None
    marks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    found: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    elected: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    aside: Aside = field(default_factory=Aside)
    changes: Changes = field(default_factory=Changes)
    paper: Paper = field(default_factory=Paper)
    closes_at: str = ""
    lots: list[dict[str, Any]] = field(default_factory=list)
    ending: dict[str, Any] | None = None

    @property
    def size_at_count(self) -> int:
        """How many leaves there were when the ballots were counted: all but the count, and what came after it."""
        return self.size - 1 - len(self.lots) - (self.ending is not None)

    @cached_property
    def motion_ids(self) -> list[str]:
        """The motions, in the order of the agenda."""
        return [motion["id"] for motion in self.meeting["motions"]]

    @cached_property
    def elections(self) -> dict[str, Any]:
        """Seats and candidates of each election."""
        return {motion["id"]: motion["election"] for motion in self.meeting["motions"] if "election" in motion}

    def turnout(self, electorate: Electorate) -> Votes:
        """Persons and area of all who cast a ballot."""
        return Votes(len(self.marks), sum(electorate.areas.get(party, 0) for party in self.marks))

    def tally(self, electorate: Electorate) -> list[dict[str, Votes]]:
        """Persons and area behind each choice, for each motion; of a part's motion among the part's parties."""
        return [self.count(place, electorate.inside(motion)) for place, motion in enumerate(self.meeting["motions"])]

    def count(self, place: int, areas: Mapping[str, int]) -> dict[str, Votes]:
        """Persons and area behind each choice on the motion at this place, among these parties."""
        counted = {choice: [0, 0] for choice in CHOICES}
        for party, area in areas.items():
            if marks := self.marks.get(party):
                counted[marks[place]][0] += 1
                counted[marks[place]][1] += area
        return {choice: Votes(*sums) for choice, sums in counted.items()}


class Walk:
    """One pass over log.jsonl."""

    def __init__(
        self,
        meeting: str,
        electorate: Electorate,
        sizes: Iterable[int],
        aside: Mapping[str, str],
        wanted: Iterable[str],
        report: Report,
    ) -> None:
        self._meeting, self._electorate, self._aside, self._report = meeting, electorate, aside, report
        self._sizes, self._wanted = sorted(sizes), set(wanted)
        self._tree, self._patterns = Frontier(), dict[tuple[str, ...], tuple[str, ...]]()
        self._batch, self._last = -1, ("", "")
        self._scoped: set[str] = set()

    def run(self, bundle: Bundle) -> Log:
        """Walk to the end; findings go to the report."""
        log: Log | None = None
        for line in bundle.lines("log.jsonl"):
            index = self._tree.size
            leaf = self._leaf(line, index)
            if log is None:
                log = Log(shaped(leaf, MEETING | {"excluded": dict} if "excluded" in leaf else MEETING, "leaf 0"))
                self._read_meeting(log.meeting)
                log.closes_at = log.meeting["closes_at"]
            elif log.record_sha256 is not None:
                self._after_the_count(log, leaf, index)
            elif leaf.get("kind") == "count":
                log.record_sha256 = shaped(leaf, COUNT, f"leaf {index}")["record_sha256"]
            elif leaf.get("kind") == "extension":
                self._extend(log, shaped(leaf, EXTENSION, f"leaf {index}")["closes_at"], index)
            else:
                more = {name: kind for name, kind in SOMETIMES.items() if name in leaf}
                self._ballot(log, line, shaped(leaf, BALLOT | more if more else BALLOT, f"leaf {index}"), index)
            self._tree.append(bytes.fromhex(line["leaf_hash"]))
            if line["leaf_hash"] in self._wanted:
                log.found[line["leaf_hash"]] = (index, leaf)
            if self._sizes[bisect_left(self._sizes, index + 1) :][:1] == [index + 1]:
                log.roots[index + 1] = self._tree.root().hex()
        if log is None:
            raise Unreadable("log.jsonl is empty")
        log.size = self._tree.size
        return log

    def _leaf(self, line: dict[str, Any], index: int) -> dict[str, Any]:
        """The leaf's content, compared with its place and with its hash."""
        shaped(line, COUNTED_LEAF if "area_centi" in line else LEAF, "a line of log.jsonl")
        leaf: dict[str, Any] = line["input"]
        if leaf.get("meeting") != self._meeting:
            raise Unreadable(f"leaf {index} is of another meeting")
        if line["index"] != index:
            self._report.breaks(
                "log_reordered" if line["index"] < index else "leaf_missing",
                f"Where leaf {index} should be there is leaf {line['index']}: leaves were removed or moved.",
                f"第 {index} 条存证的位置上是第 {line['index']} 条：存证被删除或者调换。",
            )
        if hash_leaf(canonical(leaf)).hex() != line["leaf_hash"]:
            self._report.breaks(
                "ballot_changed" if leaf.get("kind") == "ballot" else "leaf_changed",
                f"Leaf {index} ({leaf.get('kind')}, party {leaf.get('party')}) does not match its hash: a choice, the "
                "time or another part of it was changed.",
                f"第 {index} 条存证与其哈希不符：选项、时间或者其他内容被改动。",
            )
        return leaf

    def _after_the_count(self, log: Log, leaf: dict[str, Any], index: int) -> None:
        """Lots of tied candidates, and then how the result ended."""
        kind = leaf.get("kind")
        if log.ending is None and kind == "lot":
            log.lots.append(shaped(leaf, LOT, f"leaf {index}"))
        elif log.ending is None and kind in ENDINGS:
            log.ending = shaped(leaf, ENDINGS[kind], f"leaf {index}")
        else:
            self._report.breaks(
                "ballot_added",
                f"Leaf {index} comes after the count, and is no lot, final announcement or annulment that may stand "
                "there: it was added.",
                f"第 {index} 条存证位于计票之后，不是此处可有的抽签、正式公告或者撤销，系事后添加。",
            )

    def _read_meeting(self, meeting: dict[str, Any]) -> None:
        shape = {"id": str, "position": int, "matter": int, "title": str, "text": str, "attachments": list}
        for motion in meeting["motions"]:
            more = {name: kind for name, kind in (("scope", str), ("election", dict)) if name in motion}
            shaped(motion, shape | more, "a motion of leaf 0")
            if "election" in motion:
                names = {"names": list} if "names" in motion["election"] else {}
                shaped(motion["election"], {"seats": int, "candidates": list} | names, "an election of leaf 0")
        self._scoped = {motion["id"] for motion in meeting["motions"] if "scope" in motion}
        shaped(meeting["electorate"], FROZEN, "leaf 0's electorate")
        if "excluded" in meeting:
            shaped(meeting["excluded"], FROZEN, "leaf 0's excluded units")

    def _extend(self, log: Log, closes_at: str, index: int) -> None:
        if log.meeting["rule_set"].get("allow_extension") is not True or closes_at <= log.closes_at:
            self._report.breaks(
                "extension_not_allowed",
                f"Leaf {index} extends the voting, which the rule set does not allow, or does not extend it.",
                f"第 {index} 条存证延长表决期，但议事规则不允许，或者并未延长。",
            )
        log.closes_at = max(log.closes_at, closes_at)

    def _ballot(self, log: Log, line: dict[str, Any], ballot: dict[str, Any], index: int) -> None:
        self._check_party(line, ballot, index)
        self._check_order(ballot, line["leaf_hash"], index)
        if not (log.meeting["opens_at"] <= ballot["accepted_at"] < log.closes_at):
            self._report.breaks(
                "ballot_not_valid",
                f"The ballot of leaf {index} was accepted outside the voting period.",
                f"第 {index} 条存证的选票不在表决期内。",
            )
        said = ballot["choices"] or ballot.get("marks") or ballot["channel"] == "paper"
        if not said or not _marks_lawful(log, ballot) or not _spoiled_lawful(log, ballot):
            self._report.breaks(
                "ballot_not_valid",
                f"The ballot of leaf {index} is blank, or marks an election in a way that the sheet does not allow.",
                f"第 {index} 条存证的选票是空白票，或者选举事项的划票不符合规定。",
            )
            return
        if set(ballot["choices"].values()) - set(CHOICES[:3]) or ballot["choices"].keys() - set(log.motion_ids):
            raise Unreadable(f"leaf {index}: it marks a motion or a choice that does not exist")
        for motion in self._scoped & ballot["choices"].keys():
            if ballot["party"] not in self._electorate.scoped.get(motion, {}):
                self._report.breaks(
                    "ballot_not_valid",
                    f"The ballot of leaf {index} marks a motion of a building that its party has no unit in.",
                    f"第 {index} 条存证的选票对其没有专有部分的楼栋事项作了表决。",
                )
        marks = tuple(ballot["choices"].get(motion, "blank") for motion in log.motion_ids)
        if ballot["channel"] == "paper":
            log.paper = Paper(log.paper.ballots + 1, log.paper.spoiled_items + len(ballot.get("spoiled", ())))
        if "replaces" in ballot:
            already = ballot["party"] in log.marks
            log.changes.check_replacing(ballot, index, log.meeting["rule_set"], already, self._report)
        if reason := self._aside.get(line["leaf_hash"]):
            log.aside.add(line["leaf_hash"], reason, ballot)
            if reason == "replaced":
                log.changes.replaced[line["leaf_hash"]] = (index, ballot["party"], ballot["channel"])
            return
        if ballot["party"] not in log.marks:
            log.marks[ballot["party"]] = self._patterns.setdefault(marks, marks)
            for motion, names in ballot.get("marks", {}).items():
                log.elected.setdefault(motion, {})[ballot["party"]] = tuple(names)
        else:
            self._report.breaks(
                "second_ballot",
                f"Leaf {index} is a second ballot of party {ballot['party']}; the first one counts.",
                f"第 {index} 条存证是表决权人 {ballot['party']} 的第二张票，以第一张为准。",
            )

    def _check_party(self, line: dict[str, Any], ballot: dict[str, Any], index: int) -> None:
        party, area = ballot["party"], self._electorate.areas.get(ballot["party"])
        if area is None:
            self._report.breaks(
                "party_unknown",
                f"Leaf {index} is a ballot of {party}, not in the electorate: a ballot was added, or a party removed.",
                f"第 {index} 条存证的表决权人 {party} 不在名册中：添加了选票，或者名册被删改。",
            )
        elif line.get("area_centi") != area:
            self._report.breaks(
                "area_changed",
                f"Party {party} has the area {area} in the electorate and was counted with {line.get('area_centi')}.",
                f"表决权人 {party} 在名册中的面积为 {area}，计票时为 {line.get('area_centi')}（0.01 平方米）。",
            )

    def _check_order(self, ballot: dict[str, Any], leaf_hash: str, index: int) -> None:
        """Ballots that one head added stand by their time, and then by their hash."""
        batch, place = bisect_left(self._sizes, index + 1), (ballot["accepted_at"], leaf_hash)
        if batch == self._batch and place <= self._last:
            self._report.breaks(
                "log_reordered",
                f"Leaf {index} stands before its time: the log was re-ordered.",
                f"第 {index} 条存证没有按时间排列：存证的顺序被调换。",
            )
        self._batch, self._last = batch, place


def _marks_lawful(log: Log, ballot: dict[str, Any]) -> bool:
    """Marks for candidates only, each once and sorted, as many as there are seats at most; no choice on an election."""
    for motion, names in ballot.get("marks", {}).items():
        election = log.elections.get(motion)
        if election is None or not 0 < len(names) <= election["seats"] or names != sorted(set(names)):
            return False
        if not set(names) <= set(election["candidates"]):
            return False
    return not log.elections.keys() & ballot["choices"].keys()


def _spoiled_lawful(log: Log, ballot: dict[str, Any]) -> bool:
    """Spoiled are motions of the sheet, on paper only, each once and sorted, and without a choice or a mark."""
    spoiled = ballot.get("spoiled", [])
    if spoiled != sorted(set(spoiled)) or not set(spoiled) <= set(log.motion_ids):
        return False
    if "spoiled" in ballot and (ballot["channel"] != "paper" or not spoiled):
        return False
    return not set(spoiled) & (ballot["choices"].keys() | ballot.get("marks", {}).keys())


def check_heads(log: Log, heads: dict[int, str], report: Report) -> None:
    """Compare the leaves with every signed head: number, content and order."""
    last = max(heads)
    report.expect(
        log.size >= last,
        "ballot_removed",
        f"The last head was signed over {last} leaves, and the log has {log.size}: {last - log.size} were removed.",
        f"最后的签名涵盖 {last} 条存证，日志只有 {log.size} 条：被删除 {last - log.size} 条。",
    )
    report.expect(
        log.size <= last,
        "ballot_added",
        f"The last head was signed over {last} leaves, and the log has {log.size}: {log.size - last} were added.",
        f"最后的签名涵盖 {last} 条存证，日志却有 {log.size} 条：被添加 {log.size - last} 条。",
    )
    earlier = 0
    for size, root in heads.items():
        if size in log.roots and log.roots[size] != root:
            report.breaks(
                "log_changed",
                f"The leaves are not those that were signed: among leaves {earlier} to {size - 1} one was changed, "
                "exchanged, removed, added or moved.",
                f"存证与签名不符：第 {earlier} 至 {size - 1} 条之中有改动、调换、删除或者添加。",
            )
            return
        earlier = size
    if log.size == last:
        report.holds(
            f"The log's {log.size} leaves lead to the root of every signed head: none was changed, removed, added or "
            "moved after it was signed.",
            f"日志的 {log.size} 条存证与每个签名的存证摘要一致：签名之后没有改动、删除、添加或者调换。",
        )
