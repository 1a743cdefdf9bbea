"""Electing a committee: Civil Code 278(1)(3), GR 31."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings.elections.tally import ElectionCount, ElectionResult, Outcome, accumulate_election, tally_election
from app.meetings.rules.rule_set import BlankMotion
from app.meetings.tally import Electorate, TallyError, Votes

HUNDRED = Electorate(100, 10_000_00)
STRICT = BlankMotion.NOT_TAKING_PART
SHEET = ["a", "b", "c", "d", "e", "f", "g"]


def count(
    *, took_part: tuple[int, int] = (80, 8000_00), blank: tuple[int, int] = (0, 0), **votes: tuple[int, int]
) -> ElectionCount:
    return ElectionCount(Votes(*took_part), Votes(*blank), {name: Votes(*vote) for name, vote in votes.items()})


def elect(counted: ElectionCount, seats: int = 5, lots: dict[str, int] | None = None) -> ElectionResult:
    return tally_election(HUNDRED, seats, counted, STRICT, lots)


SEVEN = {
    "a": (70, 7000_00),
    "b": (41, 4000_01),
    "c": (65, 6000_00),
    "d": (60, 6100_00),
    "e": (60, 6200_00),
    "f": (45, 4600_00),
    "g": (40, 7000_00),
}


def test_domain_2_candidates_are_ranked_by_persons_and_ties_by_area() -> None:
    result = elect(count(**SEVEN))
    assert result.elected == ("a", "c", "e", "d", "f")
    assert result.substitutes == ("b",)
    assert (result.vacancies, result.needs_lot, result.seats_by_lot) == (0, (), 0)
    assert [(each.candidate, each.rank) for each in result.candidates] == [
        ("a", 1),
        ("c", 2),
        ("e", 3),
        ("d", 4),
        ("f", 5),
        ("b", 6),
        ("g", None),
    ]


def test_cc278_2_half_of_those_taking_part_elects_nobody() -> None:
    result = elect(count(**SEVEN))
    last = result.candidates[-1]
    assert (last.candidate, last.outcome) == ("g", Outcome.NOT_ELECTED)
    assert last.comparisons[0].expression == "2×40=80 > 80"
    assert [step.holds for step in last.comparisons] == [False, True]


def test_cc278_2_half_of_the_area_elects_nobody() -> None:
    result = elect(count(a=(50, 4000_00), b=(50, 4000_01)))
    assert result.elected == ("b",)


def test_domain_2_vacancies_are_reported_and_not_filled() -> None:
    result = elect(count(a=(70, 7000_00), b=(60, 6000_00), c=(10, 1000_00)))
    assert result.elected == ("a", "b")
    assert (result.substitutes, result.vacancies) == ((), 3)


def test_gr31_eleven_seats_can_be_voted_on_at_once() -> None:
    assert elect(count(a=(70, 7000_00)), seats=11).vacancies == 10


def test_without_quorum_nobody_is_elected() -> None:
    result = elect(count(took_part=(66, 9000_00), a=(66, 9000_00)))
    assert not result.quorum.holds
    assert (result.elected, result.substitutes, result.vacancies) == ((), (), 5)
    assert result.candidates[0].outcome is Outcome.NOT_ELECTED


TIED = {"a": (70, 7000_00), "b": (60, 6000_00), "c": (60, 6000_00), "d": (60, 6000_00), "e": (50, 5000_00)}


def test_domain_2_a_tie_at_the_last_seat_needs_a_lot() -> None:
    result = elect(count(**TIED), seats=3)
    assert result.elected == ("a",)
    assert result.needs_lot == ("b", "c", "d")
    assert result.seats_by_lot == 2
    assert result.substitutes == ("e",)
    assert result.vacancies == 0
    assert [each.rank for each in result.candidates] == [1, 2, 2, 2, 5]


def test_the_recorded_lot_breaks_the_tie() -> None:
    result = elect(count(**TIED), seats=3, lots={"b": 3, "c": 1, "d": 2})
    assert result.elected == ("a", "c", "d")
    assert result.substitutes == ("b", "e")
    assert (result.needs_lot, result.seats_by_lot) == ((), 0)


@pytest.mark.parametrize("lots", [{"b": 1, "c": 2}, {"b": 1, "c": 1, "d": 2}], ids=["incomplete", "drawn twice"])
def test_a_lot_that_does_not_tell_all_apart_decides_nothing(lots: dict[str, int]) -> None:
    assert elect(count(**TIED), seats=3, lots=lots).needs_lot == ("b", "c", "d")


def test_a_lot_never_overrules_votes() -> None:
    result = elect(count(**TIED), seats=1, lots={"a": 9, "b": 1, "c": 2, "d": 3, "e": 0})
    assert result.elected == ("a",)


@pytest.mark.parametrize("seats", [1, 4])
def test_a_tie_away_from_the_last_seat_needs_no_lot(seats: int) -> None:
    result = elect(count(**TIED), seats=seats)
    assert result.needs_lot == ()
    assert len(result.elected) == seats


def test_blanks_counted_otherwise_are_reported_when_they_change_who_is_elected() -> None:
    votes = {"a": (50, 5000_00), "b": (41, 4100_00)}
    turning = count(blank=(10, 1000_00), **votes)
    result = elect(turning)
    assert result.elected == ("a", "b")
    assert result.differs_if_blank_counted_otherwise
    assert tally_election(HUNDRED, 5, turning, BlankMotion.ABSTAINS).elected == ("a",)
    assert not elect(count(**votes)).differs_if_blank_counted_otherwise


def test_marks_are_counted_and_spoiled_ballots_are_blank() -> None:
    ballots = [
        (100_00, ["a", "b"]),
        (90_00, ["a"]),
        (80_00, []),
        (70_00, ["a", "b", "c", "d"]),
        (60_00, ["c", "c"]),
        (50_00, ["a", "b", "c"]),
    ]
    counted = accumulate_election(ballots, ["d", "c", "b", "a"], seats=3)
    assert counted == ElectionCount(
        took_part=Votes(3, 240_00),
        blank=Votes(3, 210_00),
        candidates={"d": Votes(0, 0), "c": Votes(1, 50_00), "b": Votes(2, 150_00), "a": Votes(3, 240_00)},
    )
    assert list(counted.candidates) == ["d", "c", "b", "a"]


def test_a_mark_for_a_stranger_is_refused() -> None:
    with pytest.raises(TallyError):
        accumulate_election([(100, ["a", "x"])], SHEET, seats=5)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(TallyError):
        count(a=(81, 1))
    with pytest.raises(TallyError):
        count(a=(1, 8000_01))
    with pytest.raises(TallyError):
        count(a=(-1, 0))
    with pytest.raises(TallyError):
        elect(count(took_part=(90, 9000_00), blank=(11, 100_00)))
    for seats in (0, 12):
        with pytest.raises(TallyError):
            elect(count(a=(1, 1)), seats=seats)


marks = st.lists(st.sampled_from(SHEET), max_size=6)
ballot_lists = st.lists(st.tuples(st.integers(min_value=1, max_value=20_000), marks), min_size=1, max_size=40)


@given(ballot_lists, st.integers(min_value=0, max_value=15), st.sampled_from([5, 7]), st.sampled_from(BlankMotion))
def test_every_seat_is_won_drawn_for_or_vacant(
    ballots: list[tuple[int, list[str]]], silent: int, seats: int, blank: BlankMotion
) -> None:
    counted = accumulate_election(ballots, SHEET, seats)
    electorate = Electorate(len(ballots) + silent, sum(area for area, _ in ballots) + silent * 100)
    result = tally_election(electorate, seats, counted, blank)
    assert len(result.elected) + result.seats_by_lot + result.vacancies == seats
    assert len(result.needs_lot) > result.seats_by_lot or not result.needs_lot
    assert sorted(each.candidate for each in result.candidates) == SHEET
    assert counted.took_part.persons + counted.blank.persons == len(ballots)
    for each in result.candidates:
        approved = all(step.holds for step in each.comparisons) and result.quorum.holds
        assert approved == (each.outcome is not Outcome.NOT_ELECTED)


@given(ballot_lists, st.permutations(range(1, 8)))
def test_with_a_full_lot_nothing_stays_open_and_the_order_of_the_sheet_does_not_matter(
    ballots: list[tuple[int, list[str]]], drawn: list[int]
) -> None:
    lots = dict(zip(SHEET, drawn, strict=True))
    electorate = Electorate(len(ballots), sum(area for area, _ in ballots))
    forward, backward = (
        tally_election(electorate, 5, accumulate_election(ballots, sheet, 5), STRICT, lots)
        for sheet in (SHEET, SHEET[::-1])
    )
    assert forward.needs_lot == ()
    assert (forward.elected, forward.substitutes) == (backward.elected, backward.substitutes)
