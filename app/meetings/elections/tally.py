"""Counting the election of a committee (业主委员会选举): Civil Code 278(1)(3), GR 31. Pure: exact integers only.

A candidate (候选人) needs the ordinary threshold of those taking part in the election: 2y > n and 2ya > a. Those who
reach it are ranked by persons, ties by area, then by a drawn lot that is recorded (the lower number goes first). The
first take the seats, the others who reached the threshold follow as substitutes (候补委员). Nobody else fills a seat.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from app.meetings.comparisons import Comparison
from app.meetings.rules.rule_set import COMMITTEE_SEATS, BlankMotion, Category
from app.meetings.tally import Electorate, Quorum, TallyError, Votes, approval, check_within, quorum


@dataclass(frozen=True, slots=True)
class ElectionCount:
    """The valid ballots of an election: who took part with at least one mark, who left it blank or spoiled it.

    candidates: for each candidate's id, in the order of the ballot sheet, the persons and area (0.01 m²) of the marks.
    """

    took_part: Votes
    blank: Votes
    candidates: Mapping[str, Votes]

    def __post_init__(self) -> None:
        for votes in (self.took_part, self.blank, *self.candidates.values()):
            if votes.persons < 0 or votes.area_centi < 0:
                raise TallyError("a count is never negative")
        for candidate, votes in self.candidates.items():
            if votes.persons > self.took_part.persons or votes.area_centi > self.took_part.area_centi:
                raise TallyError(f"more votes for {candidate} than ballots")

    def taking_part(self, blank_motion: BlankMotion) -> Votes:
        """Persons and area that take part, with blanks where they count as abstaining."""
        if blank_motion is BlankMotion.NOT_TAKING_PART:
            return self.took_part
        return Votes(self.took_part.persons + self.blank.persons, self.took_part.area_centi + self.blank.area_centi)


class Outcome(StrEnum):
    """What became of a candidate."""

    ELECTED = "elected"
    SUBSTITUTE = "substitute"
    NEEDS_LOT = "needs_lot"
    NOT_ELECTED = "not_elected"


@dataclass(frozen=True, slots=True)
class CandidateResult:
    """One candidate's rank (equals share one; None without the threshold), outcome and comparisons."""

    candidate: str
    persons: int
    area_centi: int
    rank: int | None
    outcome: Outcome
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class ElectionResult:
    """The outcome of an election.

    candidates   all, the ranked ones first, then the others in the order of the ballot sheet
    elected      in the order of rank;  substitutes: those who reached the threshold and follow
    needs_lot    candidates tied at the last seat, among whom `seats_by_lot` seats are to be drawn; empty when decided
    vacancies    seats that nobody won; they are reported, never filled
    differs_if_blank_counted_otherwise   whether other candidates had been elected (or drawn) with blanks the other way
    """

    seats: int
    quorum: Quorum
    candidates: tuple[CandidateResult, ...]
    elected: tuple[str, ...]
    substitutes: tuple[str, ...]
    needs_lot: tuple[str, ...]
    seats_by_lot: int
    vacancies: int
    differs_if_blank_counted_otherwise: bool


def accumulate_election(
    ballots: Iterable[tuple[int, Collection[str]]], candidates: Sequence[str], seats: int
) -> ElectionCount:
    """Count valid ballots, each an area in 0.01 m² and the marked candidates, into an ElectionCount.

    A ballot without a mark is blank; one with more marks than seats or with a name twice is spoiled, which is the same.
    Raises TallyError for a name that was not on the sheet.
    """
    persons: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    took_part, blank = [0, 0], [0, 0]
    known = set(candidates)
    for area_centi, marks in ballots:
        names = set(marks)
        if not names <= known:
            raise TallyError("a mark for somebody who is no candidate")
        valid = 0 < len(marks) <= seats and len(names) == len(marks)
        group = took_part if valid else blank
        group[0] += 1
        group[1] += area_centi
        for name in names if valid else ():
            persons[name] += 1
            areas[name] += area_centi
    return ElectionCount(
        Votes(*took_part), Votes(*blank), {name: Votes(persons[name], areas[name]) for name in candidates}
    )


def tally_election(
    electorate: Electorate,
    seats: int,
    count: ElectionCount,
    blank_motion: BlankMotion,
    lots: Mapping[str, int] | None = None,
) -> ElectionResult:
    """Tally an election for `seats` seats: a whole committee, or the vacant ones of it.

    `lots`: the drawn and recorded number of each tied candidate; the lower goes first. It only breaks full ties.
    The size of a committee as such is checked by `RuleSet.check_committee_seats`.
    Raises TallyError on impossible figures.
    """
    if not 1 <= seats <= COMMITTEE_SEATS[1]:
        raise TallyError("no such number of seats")
    check_within(electorate, count.taking_part(BlankMotion.ABSTAINS))
    result = _tally(electorate, seats, count, blank_motion, lots or {})
    otherwise = _tally(electorate, seats, count, blank_motion.other, lots or {})
    return replace(result, differs_if_blank_counted_otherwise=_chosen(result) != _chosen(otherwise))


def _chosen(result: ElectionResult) -> tuple[bool, frozenset[str], frozenset[str]]:
    return result.quorum.holds, frozenset(result.elected), frozenset(result.needs_lot)


def _tally(
    electorate: Electorate, seats: int, count: ElectionCount, blank_motion: BlankMotion, lots: Mapping[str, int]
) -> ElectionResult:
    took_part = count.taking_part(blank_motion)
    enough = quorum(electorate, *took_part)
    approvals = {name: approval(Category.ORDINARY, votes, took_part) for name, votes in count.candidates.items()}
    qualified = [name for name in approvals if enough.holds and all(step.holds for step in approvals[name])]
    groups = _ranked_groups(qualified, count.candidates, lots)
    outcomes, ranks = _assign_seats(groups, seats)
    order = [name for group in groups for name in group]
    order += [name for name in approvals if name not in ranks]
    results = tuple(
        CandidateResult(
            name, *count.candidates[name], ranks.get(name), outcomes.get(name, Outcome.NOT_ELECTED), approvals[name]
        )
        for name in order
    )

    def having(outcome: Outcome) -> tuple[str, ...]:
        return tuple(result.candidate for result in results if result.outcome is outcome)

    elected, needs_lot = having(Outcome.ELECTED), having(Outcome.NEEDS_LOT)
    return ElectionResult(
        seats=seats,
        quorum=enough,
        candidates=results,
        elected=elected,
        substitutes=having(Outcome.SUBSTITUTE),
        needs_lot=needs_lot,
        seats_by_lot=seats - len(elected) if needs_lot else 0,
        vacancies=max(0, seats - len(qualified)),
        differs_if_blank_counted_otherwise=False,
    )


def _ranked_groups(qualified: Sequence[str], votes: Mapping[str, Votes], lots: Mapping[str, int]) -> list[list[str]]:
    """Candidates from first to last; those whom neither votes nor lots tell apart stand in one group."""

    def by_votes(name: str) -> tuple[int, int]:
        return -votes[name].persons, -votes[name].area_centi

    groups: list[list[str]] = []
    for _, tied in groupby(sorted(qualified, key=by_votes), key=by_votes):
        names = list(tied)
        drawn = [lots[name] for name in names if name in lots]
        if len(set(drawn)) == len(names):
            groups += [[name] for name in sorted(names, key=lambda name: lots[name])]
        else:
            groups.append(names)
    return groups


def _assign_seats(groups: Iterable[Sequence[str]], seats: int) -> tuple[dict[str, Outcome], dict[str, int]]:
    """Outcome and rank of each ranked candidate. A group that the last seat divides needs a lot."""
    outcomes: dict[str, Outcome] = {}
    ranks: dict[str, int] = {}
    placed = 0
    for group in groups:
        if placed + len(group) <= seats:
            outcome = Outcome.ELECTED
        else:
            outcome = Outcome.SUBSTITUTE if placed >= seats else Outcome.NEEDS_LOT
        for name in group:
            outcomes[name], ranks[name] = outcome, placed + 1
        placed += len(group)
    return outcomes, ranks
