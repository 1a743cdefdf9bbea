"""Fixtures of the red/black list."""

import pytest

from tests.support.kept import kept
from tests.support.notices import Notices
from tests.support.world import World


@pytest.fixture
def notices(world: World) -> Notices:
    return kept(Notices)(world)
