"""Worked cases of the law, each with its article: what passes, what fails and what has no quorum."""

from typing import NamedTuple

import pytest

from app.meetings.rules.rule_set import BlankMotion, Matter
from app.meetings.tally import Electorate, MotionCount, TallyError, Verdict, quorum, tally_motion

HUNDRED = Electorate(100, 10_000_00)
ORDINARY, SPECIAL = Matter.PROPERTY_COMPANY, Matter.MAINTENANCE_FUND_RAISING
PASSES, FAILS, NO_QUORUM = Verdict.PASSES, Verdict.FAILS, Verdict.NO_QUORUM


class Case(NamedTuple):
    """Persons and areas (0.01 m²) taking part and in favour; all the others who take part are against."""

    electorate: Electorate
    matter: Matter
    took_part: tuple[int, int]
    in_favour: tuple[int, int]
    verdict: Verdict


def hundred(matter: Matter, n: int, a: int, y: int, ya: int, verdict: Verdict) -> Case:
    return Case(HUNDRED, matter, (n, a), (y, ya), verdict)


THIRTY = Electorate(30, 3_000_00)
FUND_USE = Matter.MAINTENANCE_FUND_USE
CASES = {
    "CC278(2) quorum: 67 of 100 with 34 in favour passes": hundred(ORDINARY, 67, 6700_00, 34, 3400_00, PASSES),
    "CC278(2) quorum: 66 of 100 is short, even if all approve": hundred(ORDINARY, 66, 6600_00, 66, 6600_00, NO_QUORUM),
    "CC278(2) quorum by persons: 66 persons with ample area": hundred(ORDINARY, 66, 9000_00, 66, 9000_00, NO_QUORUM),
    "CC278(2) quorum by area: 80 persons with 6666.66": hundred(ORDINARY, 80, 6666_66, 80, 6666_66, NO_QUORUM),
    "CC278(2) quorum by area: 80 persons with 6666.67": hundred(ORDINARY, 80, 6666_67, 80, 6666_67, PASSES),
    "CC1259 exactly two thirds is a quorum": Case(
        Electorate(150, 15_000_00), ORDINARY, (100, 10_000_00), (51, 5_000_01), PASSES
    ),
    "CC1259 one hundredth below two thirds of area is none": Case(
        Electorate(150, 15_000_00), ORDINARY, (100, 9_999_99), (51, 5_000_01), NO_QUORUM
    ),
    "CC278(2) half of the persons is no majority": hundred(ORDINARY, 68, 6800_00, 34, 3500_00, FAILS),
    "CC278(2) one person above half is a majority": hundred(ORDINARY, 68, 6800_00, 35, 3500_00, PASSES),
    "CC278(2) half of the area is no majority": hundred(ORDINARY, 68, 6800_00, 40, 3400_00, FAILS),
    "CC278(2) one hundredth above half of the area is": hundred(ORDINARY, 68, 6800_00, 40, 3400_01, PASSES),
    "CC278(2) three quarters exactly passes a special motion": hundred(SPECIAL, 80, 8000_00, 60, 6000_00, PASSES),
    "CC278(2) one hundredth below three quarters fails it": hundred(SPECIAL, 80, 8000_00, 60, 5999_99, FAILS),
    "CC278(2) one person below three quarters fails it": hundred(SPECIAL, 80, 8000_00, 59, 6000_00, FAILS),
    "CC278(1)(5) a stairwell uses the fund by simple majority": Case(
        THIRTY, FUND_USE, (20, 2000_00), (11, 1100_00), PASSES
    ),
    "CC278(1)(6) the same votes would not raise the fund": Case(THIRTY, SPECIAL, (20, 2000_00), (11, 1100_00), FAILS),
    "65 on time without the 2 late paper ballots have no quorum": hundred(
        ORDINARY, 65, 6500_00, 65, 6500_00, NO_QUORUM
    ),
    "nobody votes": hundred(ORDINARY, 0, 0, 0, 0, NO_QUORUM),
    "all vote for a special motion": hundred(SPECIAL, 100, 10_000_00, 100, 10_000_00, PASSES),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_civil_code_278_worked_case(case: Case) -> None:
    (n, a), (y, ya) = case.took_part, case.in_favour
    count = MotionCount(for_persons=y, for_area=ya, against_persons=n - y, against_area=a - ya)
    result = tally_motion(case.matter, case.electorate, count, BlankMotion.NOT_TAKING_PART)
    assert result.verdict is case.verdict
    assert not result.differs_if_blank_counted_otherwise


@pytest.mark.parametrize(
    ("in_favour", "verdict"), [(40, FAILS), (41, PASSES)], ids=["CC278(2) 40/10/30 fails", "CC278(2) 41/9/30 passes"]
)
def test_civil_code_278_2_abstaining_is_taking_part_and_not_approving(in_favour: int, verdict: Verdict) -> None:
    against = 50 - in_favour
    count = MotionCount(in_favour, in_favour * 100_00, against, against * 100_00, 30, 3000_00)
    assert tally_motion(ORDINARY, HUNDRED, count, BlankMotion.NOT_TAKING_PART).verdict is verdict


def test_civil_code_278_2_every_comparison_is_spelled_out_in_integers() -> None:
    count = MotionCount(for_persons=34, for_area=3400_00, against_persons=33, against_area=3300_00)
    comparisons = tally_motion(ORDINARY, HUNDRED, count, BlankMotion.NOT_TAKING_PART).comparisons
    assert [(step.name, step.left, step.operator, step.right, step.holds) for step in comparisons] == [
        ("quorum_persons", 201, "≥", 200, True),
        ("quorum_area", 20_100_00, "≥", 20_000_00, True),
        ("approval_persons", 68, ">", 67, True),
        ("approval_area", 6800_00, ">", 6700_00, True),
    ]
    assert [step.expression for step in comparisons] == [
        "3×67=201 ≥ 2×100=200",
        "3×6,700.00=20,100.00 ≥ 2×10,000.00=20,000.00",
        "2×34=68 > 67",
        "2×3,400.00=6,800.00 > 6,700.00",
    ]
    assert comparisons[0].sentence == (
        "参与表决人数三分之二以上：3×67=201 ≥ 2×100=200，成立（《民法典》第二百七十八条第二款）"
    )


def test_a_special_motion_is_compared_with_three_quarters() -> None:
    count = MotionCount(for_persons=60, for_area=5999_99, against_persons=20, against_area=2000_01)
    comparisons = tally_motion(SPECIAL, HUNDRED, count, BlankMotion.NOT_TAKING_PART).comparisons[2:]
    assert [step.expression for step in comparisons] == [
        "4×60=240 ≥ 3×80=240",
        "4×5,999.99=23,999.96 ≥ 3×8,000.00=24,000.00",
    ]
    assert [step.holds for step in comparisons] == [True, False]
    assert comparisons[1].sentence.endswith("不成立（《民法典》第二百七十八条第二款）")


def test_pmr_18_a_blank_motion_is_not_taking_part_unless_the_rules_say_that_it_abstains() -> None:
    count = MotionCount(
        for_persons=34, for_area=3400_00, against_persons=30, against_area=3000_00, blank_persons=3, blank_area=300_00
    )
    strict = tally_motion(ORDINARY, HUNDRED, count, BlankMotion.NOT_TAKING_PART)
    lenient = tally_motion(ORDINARY, HUNDRED, count, BlankMotion.ABSTAINS)
    assert (strict.verdict, strict.otherwise.verdict) == (NO_QUORUM, PASSES)
    assert (lenient.verdict, lenient.otherwise.verdict) == (PASSES, NO_QUORUM)
    assert strict.differs_if_blank_counted_otherwise
    assert lenient.differs_if_blank_counted_otherwise
    assert strict.otherwise == lenient.reading


def test_blanks_that_abstain_can_turn_a_pass_into_a_fail() -> None:
    count = MotionCount(
        for_persons=40, for_area=4000_00, against_persons=30, against_area=3000_00, blank_persons=10, blank_area=1000_00
    )
    assert tally_motion(ORDINARY, HUNDRED, count, BlankMotion.NOT_TAKING_PART).verdict is PASSES
    assert tally_motion(ORDINARY, HUNDRED, count, BlankMotion.ABSTAINS).verdict is FAILS


def test_turnout_says_how_many_are_needed() -> None:
    turnout = quorum(Electorate(577, 78_756_37), 385, 52_504_24)
    assert (turnout.needed_persons, turnout.needed_area) == (385, 52_504_25)
    assert [step.holds for step in turnout.comparisons] == [True, False]
    assert not turnout.holds


@pytest.mark.parametrize(
    "count",
    [
        MotionCount(for_persons=101, for_area=5000_00),
        MotionCount(for_persons=50, for_area=10_000_01),
        MotionCount(for_persons=60, for_area=1, blank_persons=41, blank_area=1),
    ],
)
def test_more_votes_than_the_electorate_are_refused(count: MotionCount) -> None:
    with pytest.raises(TallyError):
        tally_motion(ORDINARY, HUNDRED, count, BlankMotion.NOT_TAKING_PART)


def test_impossible_figures_are_refused() -> None:
    with pytest.raises(TallyError):
        MotionCount(for_persons=-1)
    with pytest.raises(TallyError):
        MotionCount(abstain_area=100)
    with pytest.raises(TallyError):
        Electorate(0, 0)
    with pytest.raises(TallyError):
        Electorate(10, 0)
    with pytest.raises(TallyError):
        quorum(HUNDRED, -1, 0)
