"""Fixtures of processes: a database of one's own, since another process does not see a test's transaction."""

from collections.abc import Iterator

import pytest

from app.bootstrap import create_app
from app.core import queueing
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from tests.support import servers


@pytest.fixture
def own(settings: Settings, worker_id: str) -> Iterator[Settings]:
    """Settings over a database of this module's own, inside the application."""
    made = servers.beside(settings, f"worker_{worker_id}")
    application = create_app(made)
    queueing.connection().flushdb()
    with application.app_context():
        yield made
        db.session.remove()
        dispose_of_engines()
