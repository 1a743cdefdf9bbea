"""Bundles of meetings that are held once a worker: a bundle is only read, so the tests of a worker may share it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.world import World


def held_once(make: Callable[[World], bytes]) -> Any:
    """A fixture of the function's name that gives its bundle; the first test that asks for it holds the meeting."""
    kept: list[bytes] = []

    def bundle(request: pytest.FixtureRequest) -> bytes:
        if not kept:
            kept.append(make(request.getfixturevalue("world")))
        return kept[0]

    bundle.__doc__ = make.__doc__
    return pytest.fixture(name=make.__name__)(bundle)
