"""Counting with silent parties that join the majority (从多). Pure: exact integers only. The law: docs/meetings.md.

GR 26 lets the rules of procedure count the votes of "owners who did not take part" with the majority of the votes cast.
So they are counted with that majority, and never among those taking part: two thirds of all owners must take part
themselves, Civil Code 278(2), which no rule of procedure lowers.
"""

from dataclasses import dataclass
from typing import Final

from app.meetings.comparisons import Comparison
from app.meetings.rules.rule_set import MAJORITY, BlankMotion, Category
from app.meetings.tally import (
    NOBODY,
    Choice,
    MotionCount,
    MotionResult,
    Reading,
    TallyError,
    Verdict,
    Votes,
    check_within,
    read_ballots,
)

_CAST: Final = (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)


@dataclass(frozen=True, slots=True)
class DeemedResult:
    """An ordinary motion's result where silent parties join the majority, and beside it the strict count.

    silent       the silent parties with proof of delivery
    majority     the choice that they join; None: there is no majority, and nobody joins
    reading      the count that decides;  otherwise: the same with blanks taken the other way
    taking_part  what the verdict had been, had the silent parties also been taking part; it binds nobody
    """

    strict: MotionResult
    silent: Votes
    majority: Choice | None
    reading: Reading
    otherwise: Reading
    taking_part: Reading

    @property
    def verdict(self) -> Verdict:
        """The verdict, with the silent parties in the majority."""
        return self.reading.verdict

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Quorum of those taking part, then approval with the silent parties, each by persons and by area."""
        return self.reading.comparisons

    @property
    def differs_from_strict(self) -> bool:
        """Whether the strict count, of the ballots alone, has another verdict."""
        return self.verdict is not self.strict.verdict

    @property
    def differs_if_blank_counted_otherwise(self) -> bool:
        """Whether the other reading of blanks has another verdict."""
        return self.verdict is not self.otherwise.verdict

    @property
    def turns_if_taking_part(self) -> bool:
        """Whether the verdict had been another, had silence also been taking part."""
        return self.verdict is not self.taking_part.verdict


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


def tally_deemed(strict: MotionResult, silent: Votes) -> DeemedResult:
    """Add silent parties with proof of delivery to the majority of an ordinary motion: GR 26.

    `silent`: persons and area (0.01 m²) of the parties that cast no ballot and have proof of delivery of ballot and
    warning. The strict result stays what it is.
    Raises TallyError on a special motion, and when silent parties and ballots exceed the electorate.
    """
    if strict.category is not Category.ORDINARY:
        raise TallyError("nobody is deemed to vote on a special motion")
    count, electorate = strict.count, strict.electorate
    check_within(electorate, silent)
    check_within(electorate, count.taking_part(BlankMotion.ABSTAINS).plus(silent))
    majority = majority_opinion(count)
    joined = silent if majority else NOBODY
    in_favour = count.votes(Choice.FOR).plus(joined if majority is Choice.FOR else NOBODY)

    def read(blank: BlankMotion) -> Reading:
        return read_ballots(strict.category, electorate, count.taking_part(blank), in_favour, blank, joined)

    blank = strict.reading.blank_motion
    both = count.taking_part(blank).plus(joined)
    return DeemedResult(
        strict=strict,
        silent=silent,
        majority=majority,
        reading=read(blank),
        otherwise=read(blank.other),
        taking_part=read_ballots(strict.category, electorate, both, in_favour, blank),
    )
