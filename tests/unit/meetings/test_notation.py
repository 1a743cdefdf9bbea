"""Areas as text and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.meetings.notation import area_text, parse_area


@pytest.mark.parametrize(
    ("area_centi", "text"),
    [(7875637, "78,756.37"), (0, "0.00"), (5, "0.05"), (100_000_000_00, "100,000,000.00"), (-5, "-0.05")],
)
def test_an_area_is_written_in_square_metres(area_centi: int, text: str) -> None:
    assert area_text(area_centi) == text


@pytest.mark.parametrize(("text", "area_centi"), [("147368", 14736800), ("89.5", 8950), (" 1,089.50 ", 108950)])
def test_a_published_area_is_read(text: str, area_centi: int) -> None:
    assert parse_area(text) == area_centi


@pytest.mark.parametrize("text", ["", "89.505", "-1", "1e3", "89.", ".5", "８９", "89 m2", "nan"])
def test_anything_else_is_refused_and_nothing_is_rounded(text: str) -> None:
    with pytest.raises(ValueError, match="not an area"):
        parse_area(text)


@given(st.integers(min_value=0, max_value=10**13))
def test_what_is_written_is_read_back(area_centi: int) -> None:
    assert parse_area(area_text(area_centi)) == area_centi
