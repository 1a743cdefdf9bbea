"""Small groups stay hidden, and nobody can work them out from what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics.hiding import FEWEST, hidden, is_small


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"a": 5, "b": 9}, set()),
        ({"a": 4, "b": 9, "c": 7}, {"a", "c"}),
        ({"a": 4, "b": 1, "c": 7}, {"a", "b"}),
        ({"a": 3, "b": 0}, {"a"}),
        ({"a": 0, "b": 0}, set()),
        ({}, set()),
    ],
)
def test_pipl_73_small_parts_are_hidden_and_never_one_alone(people: dict[str, int], expected: set[str]):
    assert hidden(people) == expected


@given(st.dictionaries(st.integers(), st.integers(0, 12), max_size=8))
def test_no_small_part_is_shown_nor_told_by_the_sum(people: dict[int, int]):
    found = hidden(people)
    assert all(key in found for key, number in people.items() if is_small(number))
    concealed = sum(people[key] for key in found)
    assert not found or concealed >= FEWEST or sum(people.values()) == concealed or len(found) > 1
