"""The first screen in tests, over the API."""

from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.db import db
from tests.support.world import Person, World


def home(world: World, person: Person | None, etag: str | None = None, **headers: str) -> TestResponse:
    """The home as after a commit, when the database raises its version."""
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    db.session.execute(text("UPDATE home_version SET raised_in = NULL"))
    db.session.commit()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if etag:
        sent["If-None-Match"] = etag
    if person:
        sent["Authorization"] = f"Bearer {person.token}"
    return world.application.test_client().get(f"/api/v1/compounds/{world.compound}/home", headers=sent)


def changed(world: World, person: Person, before: TestResponse) -> bool:
    """Whether the person's home is another than before. Fails where asking with the ETag of before says otherwise."""
    now, asked = home(world, person), home(world, person, before.headers["ETag"])
    differs = bool(now.data != before.data)
    if asked.status_code == 304:
        assert not differs, f"304, but it was {before.text} and is {now.text}"
    else:
        assert (asked.status_code, asked.data) == (200, now.data)
    return differs
