"""Cells as values."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.compounds.models import UnitUse
from app.compounds.roll_columns import Column
from app.compounds.roll_values import (
    area_of,
    area_source_of,
    held_by_developer,
    lost_digits,
    shares_of,
    split_cell,
    split_people,
    text_of,
    use_of,
)


@given(st.integers(1, 10_000_000))
def test_an_area_written_as_a_number_or_as_text_is_exact(centi: int):
    assert area_of(centi / 100) == area_of(f"{centi // 100}.{centi % 100:02}㎡") == (centi, "", False)


@pytest.mark.parametrize(
    ("cell", "centi", "rounded"),
    [
        (89.57, 8957, False),
        (89.57000000000001, 8957, False),  # what a formula leaves: Excel shows 15 digits
        (89.565, 8957, True),
        ("89.564", 8956, True),
        ("1,234.5", 123450, False),
        ("８９．５７平方米", 8957, False),
        (90, 9000, False),
        (0.005, 1, True),
        (100_000, 10_000_000, False),
    ],
)
def test_areas_are_exact_and_halves_round_up(cell: float | str, centi: int, rounded: bool):
    assert area_of(cell) == (centi, "", rounded)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("", "area_missing"),
        ("约90", "area_unreadable"),
        ("NaN", "area_unreadable"),
        ("Infinity", "area_unreadable"),
        (float("inf"), "area_unreadable"),
        (True, "area_unreadable"),
        (date(2026, 1, 1), "area_unreadable"),
        (0, "area_not_positive"),
        (-89.57, "area_not_positive"),
        (0.004, "area_not_positive"),
        (100_000.01, "area_absurd"),
        ("1E+99", "area_absurd"),
    ],
)
def test_other_areas_are_refused_by_name(cell: float | str, problem: str):
    assert area_of(cell).problem == problem


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (501.0, "501"),
        (501, "501"),
        (" 501\u3000", "501"),
        ("'0501", "0501"),
        ('="0501"', "0501"),
        ("/", ""),
        ("无", ""),
        (89.5, "89.5"),
    ],
)
def test_cells_become_text(cell: float | str, text: str):
    assert text_of(cell) == text


@pytest.mark.parametrize("cell", [4.10101199001010e17, "4.10101E+17", "4.1e17", float("inf") and 1.39e15])
def test_numbers_that_lost_digits_are_known(cell: float | str):
    assert lost_digits(text_of(cell))


def test_usual_numbers_have_lost_nothing():
    assert not any(lost_digits(text_of(cell)) for cell in (13900010001.0, "13900010001", "E12345678", "89.57"))


@pytest.mark.parametrize("separator", ["、", "，", ",", ";", "；", "/", "／", "\n", " 、 ", "、\n"])
def test_people_in_one_cell_are_split(separator: str):
    assert split_people(f"演示甲{separator}演示乙") == ["演示甲", "演示乙"]


def test_spaces_split_whole_names_only():
    assert split_people("演示甲 演示乙") == ["演示甲", "演示乙"]
    assert split_people("张 三") == ["张 三"]
    assert split_people("John Smith") == ["John Smith"]
    assert split_cell("13900010001／13900010002") == ["13900010001", "13900010002"]


HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("1/2、1/2", [HALF, HALF]),
        ("50%，50%", [HALF, HALF]),
        ("0.5;0.5", [HALF, HALF]),
        ("二分之一、二分之一", [HALF, HALF]),
        ("三分之二、三分之一", [Fraction(2, 3), Fraction(1, 3)]),
        ("各50%", [HALF]),
        ("1", [Fraction(1)]),
        ("100%", [Fraction(1)]),
        ("共同共有", []),
        ("", []),
        ("一半", None),
        ("1/0", None),
        ("3/2", None),
        ("-50%", None),
    ],
)
def test_shares_are_fractions(text: str, shares: list[Fraction] | None):
    assert shares_of(text) == shares


def test_words_for_use_source_and_developer():
    assert [use_of(text) for text in ("住宅", " 商铺", "地下车位", "储藏室", "教堂")] == [*UnitUse, None]
    assert [area_source_of(text) for text in ("登记", "实测", "购房合同", "听说")] == [
        Column.AREA_REGISTER,
        Column.AREA_SURVEY,
        Column.AREA_CONTRACT,
        None,
    ]
    said = [("是", True), ("否", False), ("", False), ("未售", True), ("已售", False), ("一部分", None)]
    assert [held_by_developer(text, Column.DEVELOPER) for text, _ in said] == [held for _, held in said]
    assert (held_by_developer("是", Column.SOLD), held_by_developer("未售", Column.SOLD)) == (False, True)
