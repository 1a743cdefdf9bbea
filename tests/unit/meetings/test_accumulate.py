"""From ballots to counts."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings.tally import Choice, MotionCount, TallyError, accumulate
from tests.unit.meetings.ballots import Ballot, areas


def test_ballots_are_counted_by_motion_and_choice() -> None:
    ballots: list[tuple[int, Sequence[str]]] = [
        (100_00, ["for", "against"]),
        (80_50, [Choice.FOR, Choice.BLANK]),
        (60_25, ("abstain", "against")),
    ]
    assert accumulate(ballots, motions=2) == [
        MotionCount(for_persons=2, for_area=180_50, abstain_persons=1, abstain_area=60_25),
        MotionCount(against_persons=2, against_area=160_25, blank_persons=1, blank_area=80_50),
    ]


def test_no_ballot_at_all_counts_nothing() -> None:
    assert accumulate(iter(()), motions=2) == [MotionCount(), MotionCount()]


def test_a_party_whose_area_is_not_known_counts_as_a_person() -> None:
    assert accumulate([(0, ["for"])], motions=1) == [MotionCount(for_persons=1)]


@given(st.lists(st.tuples(areas, st.tuples(*[st.sampled_from(Choice)] * 3)), max_size=60))
def test_it_equals_counting_one_by_one_and_every_ballot_is_counted_once(ballots: list[Ballot]) -> None:
    counts = accumulate(iter(ballots), motions=3)
    for motion, count in enumerate(counts):
        for choice in Choice:
            chosen = [area for area, choices in ballots if choices[motion] is choice]
            assert count.votes(choice) == (len(chosen), sum(chosen))
        assert sum(count.votes(choice).persons for choice in Choice) == len(ballots)


@pytest.mark.parametrize("ballot", [(100, ["yes"]), (100, []), (100, ["for", "for"]), (-1, ["for"])])
def test_a_malformed_ballot_is_refused(ballot: tuple[int, list[str]]) -> None:
    with pytest.raises(TallyError):
        accumulate([(100, ["for"]), ballot], motions=1)
