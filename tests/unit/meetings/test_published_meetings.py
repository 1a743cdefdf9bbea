"""Figures that compounds published of real meetings, against Civil Code 278(2)."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.meetings.deemed.tally import tally_deemed
from app.meetings.notation import parse_area
from app.meetings.rules.rule_set import BlankMotion, Matter
from app.meetings.tally import Choice, Electorate, MotionCount, Verdict, Votes, quorum, tally_motion

PUBLISHED = json.loads((Path(__file__).parents[2] / "data" / "published_meetings.json").read_text("utf-8"))
RESULTS = {result["where"]: result for result in PUBLISHED["results"]}
STRICT = BlankMotion.NOT_TAKING_PART


def electorate_of(figures: dict[str, Any]) -> Electorate:
    return Electorate(figures["persons"], parse_area(figures["area"]))


def percent(part: int, whole: int) -> str:
    """For comparing with print only: rounded half up to two decimals."""
    hundredths = (2 * 10_000 * part + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


@pytest.mark.parametrize("figures", PUBLISHED["electorates"], ids=lambda figures: figures["compound"])
def test_the_published_quorum_is_the_least_that_holds(figures: dict[str, Any]) -> None:
    electorate = electorate_of(figures)
    n, a = figures["quorum_persons"], parse_area(figures["quorum_area"])
    assert quorum(electorate, n, a).holds
    assert not quorum(electorate, n - 1, a).holds
    assert not quorum(electorate, n, a - 1).holds
    needed = quorum(electorate, 0, 0)
    assert (needed.needed_persons, needed.needed_area) == (n, a)


@pytest.mark.parametrize(
    "figures",
    [figures for figures in PUBLISHED["electorates"] if "exact two thirds" in figures.get("note", "")],
    ids=lambda figures: figures["compound"],
)
def test_exactly_two_thirds_of_a_published_area_is_a_quorum(figures: dict[str, Any]) -> None:
    by_area = quorum(electorate_of(figures), figures["quorum_persons"], parse_area(figures["quorum_area"])).comparisons[
        1
    ]
    assert by_area.left == by_area.right
    assert by_area.holds


@pytest.mark.parametrize(
    ("matter", "category"), [(Matter.PROPERTY_COMPANY, "ordinary"), (Matter.COMMON_PARTS, "special")]
)
def test_shanghai_2022_passes_an_ordinary_motion_and_would_fail_a_special_one(matter: Matter, category: str) -> None:
    published = RESULTS["Shanghai, 2022"]
    electorate = electorate_of(published)
    n, a = published["took_part"]["persons"], parse_area(published["took_part"]["area"])
    y = published["in_favour"]["persons"]
    ya = a * 6599 // 10_000  # only "65.99%" was published
    result = tally_motion(matter, electorate, MotionCount(y, ya, n - y, a - ya), STRICT)
    assert quorum(electorate, n, a).holds is published["expected"]["quorum"]
    assert result.verdict.value == published["expected"][category]
    assert result.comparisons[0].expression == "3×905=2715 ≥ 2×1152=2304"
    assert percent(n, electorate.persons) == published["published"]["participation_persons"]
    assert percent(a, electorate.area_centi) == published["published"]["participation_area"]
    assert percent(y, n) == published["published"]["favour_persons"]


def test_minhang_2021_has_no_quorum_unless_silence_takes_part() -> None:
    published = RESULTS["Minhang B, 2021"]
    electorate = electorate_of(published)
    mean = electorate.area_centi // electorate.persons  # areas by choice were not published
    cast, silent = published["ballots"], published["deemed_with_majority"]
    count = MotionCount(
        cast["for"],
        cast["for"] * mean,
        cast["against"],
        cast["against"] * mean,
        cast["abstain"],
        cast["abstain"] * mean,
    )
    strict = tally_motion(Matter.PROPERTY_COMPANY, electorate, count, STRICT)
    expected = published["expected"]
    assert f"{strict.reading.took_part_persons}/{electorate.persons}" == expected["strict_participation_persons"]
    assert strict.comparisons[0].holds is expected["strict_quorum"]
    assert strict.verdict is Verdict.NO_QUORUM

    deemed = tally_deemed(strict, Votes(silent, silent * mean))
    assert deemed.majority is Choice.FOR
    assert percent(deemed.reading.in_favour_persons, electorate.persons) == expected["deemed_favour_persons"]
    assert deemed.verdict is Verdict.NO_QUORUM, "Civil Code 278(2): silence does not take part"
    assert deemed.taking_part.verdict is Verdict.PASSES, "as it was published"
    assert strict.verdict is Verdict.NO_QUORUM
