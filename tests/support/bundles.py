"""Meetings that are held once a worker: what only is read of them, as a bundle is, the tests of a worker may share."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from tests.support.world import World

T = TypeVar("T")


def held_once(make: Callable[[World], T]) -> Any:
    """A fixture of the function's name that gives what it made; the first test that asks for it holds the meeting."""
    kept: list[T] = []

    def held(request: pytest.FixtureRequest) -> T:
        if not kept:
            kept.append(make(request.getfixturevalue("world")))
        return kept[0]

    held.__doc__ = make.__doc__
    return pytest.fixture(name=make.__name__)(held)
