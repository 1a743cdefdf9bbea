"""What tests of volunteering share."""

import pytest

from tests.support.kept import kept
from tests.support.volunteering import Volunteering
from tests.support.world import World


@pytest.fixture
def here(world: World) -> Volunteering:
    """The volunteering of the test's compound."""
    return kept(Volunteering)(world)
