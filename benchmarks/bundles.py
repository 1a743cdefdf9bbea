"""Bundles of invented meetings of any size, made of the product's own parts: to measure with, and to tamper with.

`python -m benchmarks.bundles BALLOTS FILE` writes one.
"""

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import IO, Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core.canonical import canonical, moment
from app.core.signing_keys import PublicKey
from app.meetings.log import bundle, leaves
from app.meetings.log.merkle import Tree
from app.meetings.records import motion_record, turnout_record
from app.meetings.rules.rule_set import Matter, RuleSet
from app.meetings.tally import Choice, Electorate, MotionResult, accumulate, tally_motion

OPENS = datetime(2026, 5, 17, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=10)
CHOICES = (Choice.FOR, Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.ABSTAIN, Choice.BLANK)


@dataclass
class InventedMeeting:
    """A meeting where nine parties in ten voted, with a head for every `batch` ballots. The same for a seed."""

    ballots: int
    batch: int = 500
    seed: int = 1
    rules: RuleSet = field(default_factory=RuleSet)
    choices: Sequence[Choice] = CHOICES
    key: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(bytes(range(32))))

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.parties = self.ballots + self.ballots // 9
        self.id = self._id()
        self.motions = [(self._id(), Matter(matter)) for matter in (5, 4, 6, 1, 9)]
        self.electorate = {party: self._random.randint(4000, 18000) for party in sorted(self._ids(self.parties))}
        self.heads: list[dict[str, Any]] = []
        self.log: list[dict[str, Any]] = []

    def write(self, file: IO[bytes]) -> None:
        """Hold the meeting, and write its bundle."""
        tree = Tree()
        self._append(tree, self._frozen())
        ballots = list(self._ballots())
        for number, (leaf, area) in enumerate(ballots, start=1):
            self._append(tree, leaf, area_centi=area)
            if number % self.batch == 0 or number == len(ballots):
                self._sign(tree, OPENS + timedelta(seconds=number + 1))
        record = self._record(tree)
        self._append(tree, leaves.count(self.id, record))
        self._sign(tree, CLOSES + timedelta(hours=1))
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        bundle.write(file, self.id, [PublicKey(raw)], self._parties(), self.log, self.heads, record, self._beside())

    def _append(self, tree: Tree, leaf: dict[str, Any], **more: Any) -> None:
        hashed = leaves.hash_of(leaf)
        self.log.append({"index": len(tree), "leaf_hash": hashed.hex(), "input": leaf, **more})
        tree.append(hashed)

    def _sign(self, tree: Tree, signed_at: datetime) -> None:
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        head = leaves.tree_head(self.id, len(tree), tree.root(), signed_at)
        facts = {name: head[name] for name in ("size", "root_hash", "signed_at")}
        self.heads.append({**facts, "key_id": PublicKey(raw).id, "signature": self.key.sign(canonical(head)).hex()})

    def _parties(self) -> Iterator[dict[str, Any]]:
        for party, area in self.electorate.items():
            yield leaves.party(self.id, party, area, False, [(area, "register")])

    def _frozen(self) -> dict[str, Any]:
        return leaves.meeting(
            self.id,
            compound=str(self._id()),
            title="测量大会",
            convenor="committee",
            announced_at=moment(OPENS - timedelta(days=20)),
            opens_at=moment(OPENS),
            closes_at=moment(CLOSES),
            rule_set=self.rules.to_dict(),
            motions=[
                {
                    "id": str(motion),
                    "position": position,
                    "matter": int(matter),
                    "title": matter.chinese,
                    "text": matter.quotation,
                    "attachments": [],
                }
                for position, (motion, matter) in enumerate(self.motions, start=1)
            ],
            electorate={
                "persons": self.parties,
                "area_centi": sum(self.electorate.values()),
                "root_hash": leaves.root_of(self._parties()).hex(),
            },
            **self._frozen_beside(),
        )

    def _ballots(self) -> Iterator[tuple[dict[str, Any], int]]:
        """Leaf and area of each ballot, a second apart."""
        voters = list(self.electorate)
        self._random.shuffle(voters)
        for second, party in enumerate(voters[: self.ballots]):
            choices = {motion: self._random.choice(self.choices) for motion, _ in self.motions}
            choices[self.motions[0][0]] = self._random.choice([one for one in self.choices if one is not Choice.BLANK])
            at, nonce = OPENS + timedelta(seconds=second), self._random.randbytes(leaves.NONCE_BYTES)
            yield leaves.ballot(self.id, party, choices, "app", at, nonce), self.electorate[party]

    def _record(self, tree: Tree) -> dict[str, Any]:
        electorate = Electorate(self.parties, sum(self.electorate.values()))
        marks = (
            (line["area_centi"], [line["input"]["choices"].get(str(motion), "blank") for motion, _ in self.motions])
            for line in self.log[1:]
        )
        counts = accumulate(marks, len(self.motions))
        results = [
            tally_motion(matter, electorate, count, self.rules.blank_motion)
            for (_, matter), count in zip(self.motions, counts, strict=True)
        ]
        return {
            "meeting_id": str(self.id),
            "counted_at": (CLOSES + timedelta(hours=1)).isoformat(),
            "electorate": {
                "persons": electorate.persons,
                "area_centi": electorate.area_centi,
                "root_hash": leaves.root_of(self._parties()).hex(),
            },
            "log": {"size": len(tree), "root_hash": tree.root().hex()},
            "turnout": turnout_record(electorate, counts),
            **self._counted_beside(),
            "rule_set": self.rules.to_dict(),
            "motions": [
                self._motion(place, motion, result)
                for place, ((motion, _), result) in enumerate(zip(self.motions, results, strict=True))
            ],
        }

    def _motion(self, place: int, motion: UUID, result: MotionResult) -> dict[str, Any]:
        """The record of the motion at this place of the agenda, from 0."""
        return motion_record(motion, place + 1, self.motions[place][1].chinese, result)

    def _frozen_beside(self) -> dict[str, Any]:
        """What else leaf 0 says."""
        return {}

    def _counted_beside(self) -> dict[str, Any]:
        """What else the count record says."""
        return {}

    def _beside(self) -> dict[str, Any]:
        """Further files of the bundle, by name."""
        return {}

    def _id(self) -> UUID:
        return UUID(bytes=self._random.randbytes(16), version=4)

    def _ids(self, number: int) -> list[UUID]:
        return [self._id() for _ in range(number)]


if __name__ == "__main__":
    with open(sys.argv[2], "wb") as target:
        InventedMeeting(int(sys.argv[1])).write(target)
