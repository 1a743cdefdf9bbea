"""Properties that every count must have, whatever the ballots."""

from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from app.meetings.rules.rule_set import BlankMotion, Category, Matter
from app.meetings.tally import Choice, Electorate, MotionCount, Verdict, quorum, tally_motion
from tests.unit.meetings.ballots import Vote, areas, blank_rules, cast_choices, matters, votes

ORDER = [Verdict.FAILS, Verdict.PASSES]


def verdict_by_fractions(electorate: Electorate, count: MotionCount, category: Category, blank: BlankMotion) -> Verdict:
    """The law again, in fractions and without any code of the module."""
    blanks = (count.blank_persons, count.blank_area) if blank is BlankMotion.ABSTAINS else (0, 0)
    n = count.for_persons + count.against_persons + count.abstain_persons + blanks[0]
    a = count.for_area + count.against_area + count.abstain_area + blanks[1]
    quorate = min(Fraction(n, electorate.persons), Fraction(a, electorate.area_centi)) >= Fraction(2, 3)
    if not quorate:
        return Verdict.NO_QUORUM
    share = min(Fraction(count.for_persons, n), Fraction(count.for_area, a))
    approved = share >= Fraction(3, 4) if category is Category.SPECIAL else share > Fraction(1, 2)
    return Verdict.PASSES if approved else Verdict.FAILS


@given(votes(), matters, blank_rules)
def test_the_verdict_is_that_of_the_law_in_fractions(vote: Vote, matter: Matter, blank: BlankMotion) -> None:
    result = vote.tally(matter, blank)
    assert result.verdict is verdict_by_fractions(vote.electorate, vote.count, matter.category, blank)
    assert result.otherwise.verdict is verdict_by_fractions(vote.electorate, vote.count, matter.category, blank.other)
    assert result.differs_if_blank_counted_otherwise == (result.verdict is not result.otherwise.verdict)


@given(votes(), matters, blank_rules)
def test_the_verdict_follows_from_the_comparisons_and_each_can_be_done_again(
    vote: Vote, matter: Matter, blank: BlankMotion
) -> None:
    result = vote.tally(matter, blank)
    for step in result.comparisons:
        assert step.holds == (step.left >= step.right if step.operator == "≥" else step.left > step.right)
    quorate, approved = (all(step.holds for step in half) for half in (result.comparisons[:2], result.comparisons[2:]))
    expected = (Verdict.PASSES if approved else Verdict.FAILS) if quorate else Verdict.NO_QUORUM
    assert result.verdict is expected


@given(votes(), st.data(), matters, blank_rules)
def test_the_order_of_ballots_changes_nothing(
    vote: Vote, data: st.DataObject, matter: Matter, blank: BlankMotion
) -> None:
    shuffled = Vote(tuple(data.draw(st.permutations(vote.ballots))), vote.silent)
    assert shuffled.tally(matter, blank) == vote.tally(matter, blank)


@given(votes(), st.integers(min_value=2, max_value=10_000), matters, blank_rules)
def test_scaling_all_areas_changes_no_verdict(vote: Vote, factor: int, matter: Matter, blank: BlankMotion) -> None:
    scaled = Vote(
        tuple((area * factor, choices) for area, choices in vote.ballots), tuple(area * factor for area in vote.silent)
    )
    before, after = vote.tally(matter, blank), scaled.tally(matter, blank)
    assert (after.verdict, after.otherwise.verdict) == (before.verdict, before.otherwise.verdict)


@given(votes(), matters, blank_rules)
def test_against_and_abstaining_weigh_the_same(vote: Vote, matter: Matter, blank: BlankMotion) -> None:
    swap = {Choice.AGAINST: Choice.ABSTAIN, Choice.ABSTAIN: Choice.AGAINST}
    swapped = Vote(tuple((area, (swap.get(c, c),)) for area, (c,) in vote.ballots), vote.silent)
    assert swapped.tally(matter, blank).verdict is vote.tally(matter, blank).verdict


@given(votes(cast_choices), st.data(), matters)
def test_approving_instead_never_turns_a_pass_into_a_fail(vote: Vote, data: st.DataObject, matter: Matter) -> None:
    index = data.draw(st.integers(min_value=0, max_value=len(vote.ballots) - 1))
    ballots = list(vote.ballots)
    ballots[index] = (ballots[index][0], (Choice.FOR,))
    before, after = vote.tally(matter).verdict, Vote(tuple(ballots), vote.silent).tally(matter).verdict
    assume(before is not Verdict.NO_QUORUM)
    assert ORDER.index(after) >= ORDER.index(before)


@given(votes(), areas, matters, blank_rules)
def test_a_further_approving_ballot_never_undoes_a_pass(
    vote: Vote, area: int, matter: Matter, blank: BlankMotion
) -> None:
    electorate = Electorate(vote.electorate.persons + 1, vote.electorate.area_centi + area)
    before = tally_motion(matter, electorate, vote.count, blank).verdict
    joined = Vote((*vote.ballots, (area, (Choice.FOR,))), vote.silent).tally(matter, blank).verdict
    assert before is not Verdict.PASSES or joined is Verdict.PASSES


@given(votes(cast_choices), st.data(), matters)
def test_without_blanks_the_quorum_depends_on_nobodys_choice(vote: Vote, data: st.DataObject, matter: Matter) -> None:
    others = Vote(tuple((area, (data.draw(cast_choices),)) for area, _ in vote.ballots), vote.silent)
    assert others.tally(matter).comparisons[:2] == vote.tally(matter).comparisons[:2]


@given(votes(cast_choices), matters)
def test_without_blanks_both_readings_agree(vote: Vote, matter: Matter) -> None:
    result = vote.tally(matter)
    assert not result.differs_if_blank_counted_otherwise
    assert result.reading.comparisons == result.otherwise.comparisons


@given(votes(), matters)
def test_a_special_pass_would_also_be_an_ordinary_pass(vote: Vote, matter: Matter) -> None:
    if vote.tally(Matter.REBUILDING).verdict is Verdict.PASSES:
        assert vote.tally(matter).verdict is Verdict.PASSES


@given(st.integers(min_value=1, max_value=10**7), st.integers(min_value=1, max_value=10**11))
def test_the_needed_figures_are_the_least_that_make_a_quorum(persons: int, area: int) -> None:
    electorate = Electorate(persons, area)
    needed = quorum(electorate, 0, 0)
    n, a = needed.needed_persons, needed.needed_area
    assert quorum(electorate, n, a).holds
    assert not quorum(electorate, n - 1, a).holds
    assert not quorum(electorate, n, a - 1).holds
