"""Fixtures of the red/black list."""

import pytest

from tests.support.notices import Notices
from tests.support.world import World


@pytest.fixture
def notices(world: World) -> Notices:
    return Notices(world)
