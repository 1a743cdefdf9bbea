"""Silent parties joining the majority, with the strict count beside. Also petitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings.deemed.tally import majority_opinion, tally_deemed
from app.meetings.rules.rule_set import BlankMotion, Matter, PetitionBasis
from app.meetings.tally import (
    Choice,
    Electorate,
    MotionCount,
    MotionResult,
    TallyError,
    Verdict,
    Votes,
    check_petition,
    tally_motion,
)
from tests.unit.meetings.ballots import Vote, votes

HUNDRED = Electorate(100, 10_000_00)
STRICT = BlankMotion.NOT_TAKING_PART


def strict(count: MotionCount, matter: Matter = Matter.PROPERTY_COMPANY) -> MotionResult:
    return tally_motion(matter, HUNDRED, count, STRICT)


def test_gr26_silent_parties_join_an_approving_majority_of_those_who_took_part() -> None:
    """Blanks abstain: 34 of 70 are no majority; with 20 silent parties in favour 54 of 90 are one."""
    count = MotionCount(34, 3400_00, 20, 2000_00, blank_persons=16, blank_area=1600_00)
    result = tally_motion(Matter.PROPERTY_COMPANY, HUNDRED, count, BlankMotion.ABSTAINS)
    deemed = tally_deemed(result, Votes(20, 2000_00))
    assert (result.verdict, deemed.verdict, deemed.majority) == (Verdict.FAILS, Verdict.PASSES, Choice.FOR)
    assert (deemed.reading.took_part_persons, deemed.reading.in_favour_persons) == (70, 54)
    assert [one.expression for one in deemed.comparisons] == [
        "3×70=210 ≥ 2×100=200",
        "3×7,000.00=21,000.00 ≥ 2×10,000.00=20,000.00",
        "2×54=108 > 90",
        "2×5,400.00=10,800.00 > 9,000.00",
    ]
    assert deemed.differs_from_strict


def test_civil_code_278_2_silence_never_makes_a_quorum_though_gr26_counts_it_with_the_majority() -> None:
    """60 of 100 took part, 40 in favour; 10 are silent with proof, and are counted with the 40 only."""
    deemed = tally_deemed(strict(MotionCount(40, 4000_00, 20, 2000_00)), Votes(10, 1000_00))
    assert deemed.verdict is Verdict.NO_QUORUM
    assert [one.holds for one in deemed.comparisons] == [False, False, True, True]
    assert deemed.comparisons[2].expression == "2×50=100 > 70"
    assert (deemed.taking_part.verdict, deemed.turns_if_taking_part) == (Verdict.PASSES, True)
    assert not deemed.differs_from_strict


def test_gr26_silent_parties_join_a_rejecting_majority_and_approve_nothing() -> None:
    deemed = tally_deemed(strict(MotionCount(30, 3000_00, 40, 4000_00)), Votes(20, 2000_00))
    assert (deemed.majority, deemed.reading.in_favour_persons) == (Choice.AGAINST, 30)
    assert deemed.verdict is Verdict.FAILS
    assert not deemed.differs_from_strict


@pytest.mark.parametrize(
    "count",
    [
        MotionCount(35, 3500_00, 35, 3500_00),
        MotionCount(40, 3000_00, 30, 4000_00),
        MotionCount(30, 3000_00, 25, 2500_00, 15, 1500_00),
        MotionCount(40, 3500_00, 30, 3500_00),
        MotionCount(),
    ],
    ids=["a tie", "persons and area disagree", "a plurality only", "half of the area", "nobody voted"],
)
def test_gr26_without_a_majority_nobody_is_deemed(count: MotionCount) -> None:
    deemed = tally_deemed(strict(count), Votes(10, 1000_00))
    assert (deemed.majority, deemed.reading) == (None, deemed.strict.reading)
    assert not deemed.differs_from_strict
    assert not deemed.turns_if_taking_part


def test_a_blank_is_no_opinion_when_the_majority_is_sought() -> None:
    count = MotionCount(
        for_persons=30, for_area=3000_00, against_persons=10, against_area=1000_00, blank_persons=40, blank_area=4000_00
    )
    assert majority_opinion(count) is Choice.FOR


@pytest.mark.parametrize("matter", [Matter.MAINTENANCE_FUND_RAISING, Matter.REBUILDING, Matter.COMMON_PARTS])
def test_gr26_nobody_is_deemed_to_vote_on_a_special_motion(matter: Matter) -> None:
    with pytest.raises(TallyError):
        tally_deemed(strict(MotionCount(60, 6000_00), matter), Votes(10, 1000_00))


@pytest.mark.parametrize("deemed", [(41, 100), (10, 4000_01), (-1, 0), (0, -1)])
def test_deemed_parties_and_ballots_never_exceed_the_electorate(deemed: tuple[int, int]) -> None:
    result = strict(MotionCount(for_persons=50, for_area=5000_00, blank_persons=10, blank_area=1000_00))
    with pytest.raises(TallyError):
        tally_deemed(result, Votes(*deemed))


@given(votes(), st.data())
def test_the_strict_result_is_never_touched_and_a_pass_stays_a_pass(vote: Vote, data: st.DataObject) -> None:
    result = vote.tally(Matter.MANAGEMENT_COVENANT)
    again = vote.tally(Matter.MANAGEMENT_COVENANT)
    joining = data.draw(st.integers(min_value=0, max_value=len(vote.silent)))
    deemed = tally_deemed(result, Votes(joining, sum(vote.silent[:joining])))
    assert result == again
    assert deemed.comparisons[:2] == result.comparisons[:2], "silence never takes part"
    if result.verdict is Verdict.PASSES:
        assert deemed.verdict is Verdict.PASSES
        assert deemed.taking_part.verdict is Verdict.PASSES


PETITIONS = {
    "PMR13 20 of 100 persons suffice with little area": (PetitionBasis.PERSONS, 20, 1, True),
    "PMR13 19 of 100 persons do not": (PetitionBasis.PERSONS, 19, 9000_00, False),
    "GR21 20% of both suffices": (PetitionBasis.PERSONS_AND_AREA, 20, 2000_00, True),
    "GR21 a hundredth less area does not": (PetitionBasis.PERSONS_AND_AREA, 20, 1999_99, False),
    "GR21 19 persons do not": (PetitionBasis.PERSONS_AND_AREA, 19, 5000_00, False),
}


@pytest.mark.parametrize(("basis", "persons", "area", "holds"), PETITIONS.values(), ids=PETITIONS.keys())
def test_pmr_13_gr_21_petition_for_an_interim_meeting(
    basis: PetitionBasis, persons: int, area: int, holds: bool
) -> None:
    petition = check_petition(HUNDRED, persons, area, basis)
    assert petition.holds is holds
    assert petition.comparisons[0].expression == f"5×{persons}={5 * persons} ≥ 100"
    assert len(petition.comparisons) == (1 if basis is PetitionBasis.PERSONS else 2)


def test_more_petitioners_than_owners_are_refused() -> None:
    with pytest.raises(TallyError):
        check_petition(HUNDRED, 101, 100, PetitionBasis.PERSONS)
