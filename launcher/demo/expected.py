"""What the meeting must come to, worked out beside the product: plain integers, and none of its code.

Areas are integers of 0.01 m². Civil Code 278: a quorum of two thirds; more than half, or three quarters, of those
taking part; both by persons and by area. A motion left blank is not taken part in.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FOR, AGAINST, ABSTAIN, BLANK = CHOICES = ("for", "against", "abstain", "blank")


@dataclass(frozen=True)
class PlannedMotion:
    """A matter for the vote, and how inclined the owners are: weights of for, against, abstain and blank."""

    matter: int
    special: bool
    title: str
    text: str
    weights: tuple[int, int, int, int]


MOTIONS = (
    PlannedMotion(
        5,
        False,
        "使用维修资金更换3栋电梯",
        "拟使用维修资金28万元更换3栋两部电梯，方案与报价见附件。",
        (72, 18, 10, 0),
    ),
    PlannedMotion(
        8,
        True,
        "利用北侧空地增设停车位",
        "拟把北侧共有空地改为48个停车位，收益归全体业主。",
        (82, 12, 6, 0),
    ),
    PlannedMotion(
        4,
        False,
        "续聘现物业服务企业三年",
        "拟与现物业服务企业续签三年合同，收费标准不变。",
        (40, 46, 11, 3),
    ),
)


@dataclass(frozen=True)
class Sum:
    """A number of persons and their area."""

    persons: int = 0
    area_centi: int = 0

    def plus(self, area_centi: int) -> "Sum":
        """One person more."""
        return Sum(self.persons + 1, self.area_centi + area_centi)


@dataclass(frozen=True)
class Expected:
    """The whole result: who took part, and for each motion the votes by choice and the verdict."""

    electorate: Sum
    turnout: Sum
    votes: Sequence[Mapping[str, Sum]]
    verdicts: Sequence[str]


def ballots(owners: Sequence[str], share: float, seed: str) -> dict[str, tuple[str, ...]]:
    """The ballot of each owner who votes, drawn from the seed: one choice for each of MOTIONS."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    voters = dice.sample(sorted(owners), round(len(owners) * share))
    return {voter: tuple(dice.choices(CHOICES, motion.weights)[0] for motion in MOTIONS) for voter in voters}


def expect(areas: Mapping[str, int], cast: Mapping[str, Sequence[str]]) -> Expected:
    """The result of these ballots, in an electorate of one owner a unit with these areas."""
    votes = [dict.fromkeys(CHOICES, Sum()) for _ in MOTIONS]
    turnout = Sum()
    for voter, choices in cast.items():
        turnout = turnout.plus(areas[voter])
        for motion, choice in zip(votes, choices, strict=True):
            motion[choice] = motion[choice].plus(areas[voter])
    electorate = Sum(len(areas), sum(areas.values()))
    verdicts = [_verdict(electorate, motion, planned.special) for motion, planned in zip(votes, MOTIONS, strict=True)]
    return Expected(electorate, turnout, votes, verdicts)


def _verdict(electorate: Sum, votes: Mapping[str, Sum], special: bool) -> str:
    part = [votes[choice] for choice in (FOR, AGAINST, ABSTAIN)]
    n, a = sum(one.persons for one in part), sum(one.area_centi for one in part)
    y, ya = votes[FOR].persons, votes[FOR].area_centi
    if not (3 * n >= 2 * electorate.persons and 3 * a >= 2 * electorate.area_centi):
        return "no_quorum"
    passes = (4 * y >= 3 * n and 4 * ya >= 3 * a) if special else (2 * y > n and 2 * ya > a)
    return "passes" if passes else "fails"
