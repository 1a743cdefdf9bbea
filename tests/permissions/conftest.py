"""Both faces over the worker's database."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.bootstrap import create_app
from app.core.db import dispose_of_engines
from app.core.settings import Settings
from console import register as register_console
from miniprogram_api import register as register_miniprogram_api
from tests.permissions.bodies import Examples
from tests.permissions.cast import Cast
from tests.support.kept import kept
from tests.support.world import World


@pytest.fixture(scope="session")
def application(settings: Settings) -> Iterator[Flask]:
    """In place of the usual application: the console is served as well."""
    made = create_app(settings)
    register_miniprogram_api(made)
    register_console(made)
    yield made
    with made.app_context():
        dispose_of_engines()


@pytest.fixture(scope="session")
def examples(application: Flask) -> Examples:
    """A request for every operation."""
    return Examples(application)


@pytest.fixture
def cast(world: World) -> Cast:
    """Everybody that the table has a column for, in a compound, and a compound of others."""
    return kept(Cast)(world)
