"""Counting an owners' meeting (业主大会计票): exact integers in, verdict and every comparison out. Pure.

Persons are voting parties (SPC 9), areas integers of 0.01 m². Civil Code 278(2), for each motion:
- quorum: 3n ≥ 2N and 3a ≥ 2A, of the whole electorate;
- an ordinary motion: 2y > n and 2ya > a, a special one: 4y ≥ 3n and 4ya ≥ 3a, of those taking part in that motion.
"At least" (以上) takes the number itself, "more than" (过半数) does not: Civil Code 1259.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, NamedTuple

from app.meetings.comparisons import Comparison, compare_both, compare_persons
from app.meetings.rules.rule_set import (
    PETITION_BOTH,
    PETITION_PERSONS,
    QUORUM,
    BlankMotion,
    Category,
    Matter,
    PetitionBasis,
)


class TallyError(ValueError):
    """Figures that no lawful count can have: negative, more than the electorate, or a choice that does not exist."""


class Choice(StrEnum):
    """What a ballot says on one motion; a spoiled mark is a blank one."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    BLANK = "blank"


class Verdict(StrEnum):
    """What became of a motion."""

    PASSES = "passes"
    FAILS = "fails"
    NO_QUORUM = "no_quorum"

    @property
    def chinese(self) -> str:
        """The verdict for people."""
        return {"passes": "通过", "fails": "未通过", "no_quorum": "参与表决不足法定比例，表决不成立"}[self.value]


class Votes(NamedTuple):
    """A number of persons and their area in 0.01 m²."""

    persons: int
    area_centi: int

    def plus(self, other: "Votes") -> "Votes":
        """Both together."""
        return Votes(self.persons + other.persons, self.area_centi + other.area_centi)


NOBODY: Final = Votes(0, 0)


@dataclass(frozen=True, slots=True)
class Electorate:
    """The frozen electorate (表决基数): all voting parties of the meeting's scope, and their area in 0.01 m²."""

    persons: int
    area_centi: int

    def __post_init__(self) -> None:
        if self.persons < 1 or self.area_centi < 1:
            raise TallyError("an electorate has at least one person and some area")


@dataclass(frozen=True, slots=True)
class MotionCount:
    """The valid ballots on one motion, by choice: persons, and areas in 0.01 m²."""

    for_persons: int = 0
    for_area: int = 0
    against_persons: int = 0
    against_area: int = 0
    abstain_persons: int = 0
    abstain_area: int = 0
    blank_persons: int = 0
    blank_area: int = 0

    def __post_init__(self) -> None:
        if any(getattr(self, field.name) < 0 for field in fields(self)):
            raise TallyError("a count is never negative")
        if any(votes.area_centi and not votes.persons for votes in map(self.votes, Choice)):
            raise TallyError("an area votes only with a person")

    def votes(self, choice: Choice) -> Votes:
        """Persons and area behind a choice."""
        return Votes(getattr(self, f"{choice.value}_persons"), getattr(self, f"{choice.value}_area"))

    def taking_part(self, blank_motion: BlankMotion) -> Votes:
        """Persons and area that take part in the motion: all choices, and blanks where they count as abstaining."""
        persons = self.for_persons + self.against_persons + self.abstain_persons
        area = self.for_area + self.against_area + self.abstain_area
        if blank_motion is BlankMotion.ABSTAINS:
            return Votes(persons + self.blank_persons, area + self.blank_area)
        return Votes(persons, area)


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough owners take part (参与表决), and how many it needs: Civil Code 278(2)."""

    holds: bool
    needed_persons: int
    needed_area: int
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a motion's ballots: who took part, the verdict, and each comparison that led to it.

    `joined`: silent parties that were counted with the majority beside those taking part; see `deemed`. Those in favour
    are with them, where that is the majority.
    """

    blank_motion: BlankMotion
    took_part_persons: int
    took_part_area: int
    in_favour_persons: int
    in_favour_area: int
    verdict: Verdict
    comparisons: tuple[Comparison, ...]
    joined: Votes = NOBODY


@dataclass(frozen=True, slots=True)
class MotionResult:
    """The strict count of a motion, and beside it the count with blanks taken the other way.

    `otherwise` tells what the verdict had been; it binds nobody.
    """

    matter: Matter
    category: Category
    electorate: Electorate
    count: MotionCount
    reading: Reading
    otherwise: Reading
    differs_if_blank_counted_otherwise: bool

    @property
    def verdict(self) -> Verdict:
        """The verdict by the compound's own rule for blanks."""
        return self.reading.verdict

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """The comparisons behind the verdict: quorum by persons and area, then approval by persons and area."""
        return self.reading.comparisons


def quorum(electorate: Electorate, persons: int, area_centi: int) -> Quorum:
    """Compare those taking part with two thirds of the electorate, by persons and by area."""
    check_within(electorate, Votes(persons, area_centi))
    whole = (electorate.persons, electorate.area_centi)
    comparisons = compare_both("quorum", "参与表决", QUORUM, (persons, area_centi), whole)
    return Quorum(
        holds=all(comparison.holds for comparison in comparisons),
        needed_persons=QUORUM.least(electorate.persons),
        needed_area=QUORUM.least(electorate.area_centi),
        comparisons=comparisons,
    )


def tally_motion(matter: Matter, electorate: Electorate, count: MotionCount, blank_motion: BlankMotion) -> MotionResult:
    """Tally one motion. Raises TallyError when more persons or area voted than the electorate has."""
    check_within(electorate, count.taking_part(BlankMotion.ABSTAINS))

    def read(blank: BlankMotion) -> Reading:
        return read_ballots(matter.category, electorate, count.taking_part(blank), count.votes(Choice.FOR), blank)

    reading, otherwise = read(blank_motion), read(blank_motion.other)
    return MotionResult(
        matter=matter,
        category=matter.category,
        electorate=electorate,
        count=count,
        reading=reading,
        otherwise=otherwise,
        differs_if_blank_counted_otherwise=reading.verdict is not otherwise.verdict,
    )


def approval(
    category: Category, in_favour: Votes, took_part: Votes, subject: str = "同意"
) -> tuple[Comparison, Comparison]:
    """Compare those in favour with those taking part, by persons and by area."""
    return compare_both("approval", subject, category.threshold, in_favour, took_part)


def read_ballots(
    category: Category,
    electorate: Electorate,
    took_part: Votes,
    in_favour: Votes,
    blank_motion: BlankMotion,
    joined: Votes = NOBODY,
) -> Reading:
    """The verdict on a motion: the quorum of those taking part, and the approval of these and those who `joined`."""
    enough = quorum(electorate, *took_part)
    subject = "同意（含计入多数票的）" if joined.persons else "同意"
    approved = approval(category, in_favour, took_part.plus(joined), subject)
    if not enough.holds:
        verdict = Verdict.NO_QUORUM
    else:
        verdict = Verdict.PASSES if all(comparison.holds for comparison in approved) else Verdict.FAILS
    return Reading(blank_motion, *took_part, *in_favour, verdict, enough.comparisons + approved, joined)


def check_within(electorate: Electorate, votes: Votes) -> None:
    """Refuse more persons or area than the electorate has. Raises TallyError."""
    if not (0 <= votes.persons <= electorate.persons and 0 <= votes.area_centi <= electorate.area_centi):
        raise TallyError("more persons or area took part than the electorate has")


# Ballots to counts


def accumulate(ballots: Iterable[tuple[int, Sequence[Choice | str]]], motions: int) -> list[MotionCount]:
    """Count valid ballots, each an area in 0.01 m² and one choice a motion, into one MotionCount a motion.

    Equal ballots are gathered first, so a ballot costs one look-up however many motions there are.
    Raises TallyError for an unknown choice, a negative area or a ballot with another number of motions.
    """
    patterns: dict[tuple[Choice | str, ...], list[int]] = {}
    for area_centi, choices in ballots:
        if area_centi < 0:
            raise TallyError("an area is never negative")
        gathered = patterns.setdefault(tuple(choices), [0, 0])
        gathered[0] += 1
        gathered[1] += area_centi
    columns: list[dict[str, int]] = [{} for _ in range(motions)]
    for choices, (persons, area_centi) in patterns.items():
        if len(choices) != motions:
            raise TallyError(f"a ballot with {len(choices)} choices on {motions} motions")
        for column, choice in zip(columns, choices, strict=True):
            name = _known(choice)
            column[f"{name}_persons"] = column.get(f"{name}_persons", 0) + persons
            column[f"{name}_area"] = column.get(f"{name}_area", 0) + area_centi
    return [MotionCount(**column) for column in columns]


def _known(choice: str) -> str:
    try:
        return Choice(choice).value
    except ValueError:
        raise TallyError(f"no such choice: {choice!r}") from None


# A petition for an interim meeting


@dataclass(frozen=True, slots=True)
class PetitionResult:
    """Whether enough owners demand an interim meeting (临时会议)."""

    holds: bool
    comparisons: tuple[Comparison, ...]


def check_petition(electorate: Electorate, persons: int, area_centi: int, basis: PetitionBasis) -> PetitionResult:
    """Compare the petitioners with 20% of persons (PMR 13), or of persons and area (GR 21)."""
    check_within(electorate, Votes(persons, area_centi))
    comparisons: tuple[Comparison, ...]
    if basis is PetitionBasis.PERSONS:
        comparisons = (compare_persons("petition", "提议", PETITION_PERSONS, persons, electorate.persons),)
    else:
        whole = (electorate.persons, electorate.area_centi)
        comparisons = compare_both("petition", "提议", PETITION_BOTH, (persons, area_centi), whole)
    return PetitionResult(all(comparison.holds for comparison in comparisons), comparisons)
