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
    MAJORITY,
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
    """One reading of a motion's ballots: who took part, the verdict, and each comparison that led to it."""

    blank_motion: BlankMotion
    took_part_persons: int
    took_part_area: int
    in_favour_persons: int
    in_favour_area: int
    verdict: Verdict
    comparisons: tuple[Comparison, ...]


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
        return _read(matter.category, electorate, count.taking_part(blank), count.votes(Choice.FOR), blank)

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


def approval(category: Category, in_favour: Votes, took_part: Votes) -> tuple[Comparison, Comparison]:
    """Compare those in favour with those taking part, by persons and by area."""
    return compare_both("approval", "同意", category.threshold, in_favour, took_part)


def _read(
    category: Category, electorate: Electorate, took_part: Votes, in_favour: Votes, blank_motion: BlankMotion
) -> Reading:
    enough = quorum(electorate, *took_part)
    approved = approval(category, in_favour, took_part)
    if not enough.holds:
        verdict = Verdict.NO_QUORUM
    else:
        verdict = Verdict.PASSES if all(comparison.holds for comparison in approved) else Verdict.FAILS
    return Reading(blank_motion, *took_part, *in_favour, verdict, enough.comparisons + approved)


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


# Silent parties joining the majority (从多)


@dataclass(frozen=True, slots=True)
class DeemedResult:
    """What the verdict had been with silent parties joining the majority (从多), to stand beside the strict count.

    majority                 the choice joined; None: there is no majority to join, nobody is deemed
    reading                  the count with the deemed parties; None where nobody is deemed
    differs_from_strict      the verdict is another than the strict one
    quorum_only_with_deemed  the strict count has no quorum: a court may well void such a decision
    """

    deemed: Votes
    majority: Choice | None
    reading: Reading | None
    differs_from_strict: bool
    quorum_only_with_deemed: bool


_CAST: Final = (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)


def majority_opinion(count: MotionCount) -> Choice | None:
    """The majority of the votes cast (已表决的多数票, GR 26): more than half by persons and by area, or none.

    Blanks are no opinion and are left out. Where persons and area point to different choices there is no majority.
    """
    cast = count.taking_part(BlankMotion.NOT_TAKING_PART)
    for choice in _CAST:
        persons, area = count.votes(choice)
        if MAJORITY.holds(persons, cast.persons) and MAJORITY.holds(area, cast.area_centi):
            return choice
    return None


def tally_deemed(strict: MotionResult, deemed_persons: int, deemed_area: int) -> DeemedResult:
    """Add silent parties with proof of delivery to the majority of an ordinary motion: GR 26.

    In: persons and area (0.01 m²) of the parties that cast no ballot and have proof of delivery of ballot and warning.
    They count as taking part and as holding the majority's opinion. The strict result stays what it is.
    Raises TallyError on a special motion, and when deemed parties and ballots exceed the electorate.
    """
    if strict.category is not Category.ORDINARY:
        raise TallyError("nobody is deemed to vote on a special motion")
    count, deemed = strict.count, Votes(deemed_persons, deemed_area)
    check_within(strict.electorate, _add(count.taking_part(BlankMotion.ABSTAINS), deemed))
    check_within(strict.electorate, deemed)
    majority = majority_opinion(count)
    if majority is None:
        return DeemedResult(deemed, None, None, differs_from_strict=False, quorum_only_with_deemed=False)
    blank_motion = strict.reading.blank_motion
    took_part = _add(count.taking_part(blank_motion), deemed)
    in_favour = count.votes(Choice.FOR)
    if majority is Choice.FOR:
        in_favour = _add(in_favour, deemed)
    reading = _read(strict.category, strict.electorate, took_part, in_favour, blank_motion)
    return DeemedResult(
        deemed=deemed,
        majority=majority,
        reading=reading,
        differs_from_strict=reading.verdict is not strict.verdict,
        quorum_only_with_deemed=strict.verdict is Verdict.NO_QUORUM and reading.verdict is not Verdict.NO_QUORUM,
    )


def _add(left: Votes, right: Votes) -> Votes:
    return Votes(left.persons + right.persons, left.area_centi + right.area_centi)


# Parking


@dataclass(frozen=True, slots=True)
class ParkingWhatIf:
    """A motion counted without and with parking and storage (车位、储藏室, GR 25), and whether the verdict turns."""

    without_parking: MotionResult
    with_parking: MotionResult
    turns: bool


def tally_with_and_without_parking(
    matter: Matter,
    without_parking: tuple[Electorate, MotionCount],
    with_parking: tuple[Electorate, MotionCount],
    blank_motion: BlankMotion,
) -> ParkingWhatIf:
    """Tally a motion twice. With parking, parties that own nothing else join the electorate and areas grow."""
    without = tally_motion(matter, *without_parking, blank_motion)
    including = tally_motion(matter, *with_parking, blank_motion)
    return ParkingWhatIf(without, including, turns=without.verdict is not including.verdict)


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
