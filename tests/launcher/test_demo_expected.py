"""The demonstration's own sums, by hand, and the same as the product's."""

import pytest

from app.meetings.rules.rule_set import BlankMotion, Matter
from app.meetings.tally import Electorate, MotionCount, tally_motion
from launcher.demo.expected import CHOICES, MOTIONS, Sum, ballots, expect

AREAS = {f"owner{number}": 10000 + number for number in range(90)}


def test_the_same_seed_gives_the_same_ballots_and_the_share_votes() -> None:
    drawn = ballots(list(AREAS), 0.72, "seed")
    assert drawn == ballots(list(reversed(AREAS)), 0.72, "seed")
    assert drawn != ballots(list(AREAS), 0.72, "other")
    assert len(drawn) == 65


def test_sums_and_verdicts_by_hand() -> None:
    areas = dict.fromkeys(("a", "b", "c", "d", "e", "f"), 100)
    cast = {
        "a": ("for", "for", "blank"),
        "b": ("for", "for", "for"),
        "c": ("for", "for", "for"),
        "d": ("against", "abstain", "for"),
    }
    expected = expect(areas, cast)
    assert (expected.electorate, expected.turnout) == (Sum(6, 600), Sum(4, 400))
    assert expected.votes[0] == {
        "for": Sum(3, 300),
        "against": Sum(1, 100),
        "abstain": Sum(),
        "blank": Sum(),
    }
    assert list(expected.verdicts) == ["passes", "passes", "no_quorum"]


@pytest.mark.parametrize("share", [0.5, 0.67, 0.72, 0.95])
@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_two_ways_of_counting_agree(share: float, seed: str) -> None:
    expected = expect(AREAS, ballots(list(AREAS), share, seed))
    electorate = Electorate(expected.electorate.persons, expected.electorate.area_centi)
    for planned, votes, verdict in zip(MOTIONS, expected.votes, expected.verdicts, strict=True):
        fields = {f"{choice}_persons": votes[choice].persons for choice in CHOICES}
        fields |= {f"{choice}_area": votes[choice].area_centi for choice in CHOICES}
        matter = Matter(planned.matter)
        assert planned.special == (matter.category.value == "special")
        counted = tally_motion(matter, electorate, MotionCount(**fields), BlankMotion.NOT_TAKING_PART)
        assert counted.reading.verdict.value == verdict
