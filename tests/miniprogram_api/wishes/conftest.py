"""Wishes to test with."""

import pytest

from tests.support.kept import kept
from tests.support.wishes import Wishes
from tests.support.world import World


@pytest.fixture
def wishes(world: World) -> Wishes:
    return kept(Wishes)(world)
