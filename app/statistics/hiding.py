"""Which figures are too small to show. PIPL 73(4): what may lead back to a person is not anonymous."""

from collections.abc import Hashable, Mapping
from typing import Final, TypeVar

FEWEST: Final = 5
"""A group of fewer people is not shown (domain rules, section 6)."""

Key = TypeVar("Key", bound=Hashable)


def is_small(people: int) -> bool:
    """Whether so few people stand behind a figure that it is not shown. Nobody is no group."""
    return 0 < people < FEWEST


def hidden(people: Mapping[Key, int]) -> set[Key]:
    """Which parts of a sum are not shown, given the people behind each: the small ones.

    Where that is a single one, the next larger is hidden as well: else the sum less the others would tell it.
    """
    small = {key for key, number in people.items() if is_small(number)}
    if len(small) != 1:
        return small
    others = [key for key, number in people.items() if number >= FEWEST]
    return small | set(sorted(others, key=lambda key: people[key])[:1])
