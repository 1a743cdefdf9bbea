"""The first screen in tests, over the API; and what raises its version."""

from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.db import HotStatement, db
from app.home import shared
from tests.support.world import START, Person, World

_ASKED = {name: UUID(int=0) for name in ("compound_id", "account_id", "meeting_id")} | {
    "token_hash": b"",
    "now": START,
    "kept_alive": START,
}


def committed() -> None:
    """Let the database raise the homes' versions, as at the end of a transaction of its own."""
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    db.session.execute(text("UPDATE home_version SET raised_in = NULL"))
    db.session.commit()


def home(world: World, person: Person | None, etag: str | None = None, **headers: str) -> TestResponse:
    """The home as after a commit, when the database raises its version."""
    committed()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if etag:
        sent["If-None-Match"] = etag
    if person:
        sent["Authorization"] = f"Bearer {person.token}"
    return world.application.test_client().get(f"/api/v1/compounds/{world.compound}/home", headers=sent)


def changed(world: World, person: Person, before: TestResponse) -> bool:
    """Whether the person's home is another than before. Fails where asking with the ETag of before says otherwise, or
    where it is not what a process shows that knows nothing of the compound."""
    now, asked = home(world, person), home(world, person, before.headers["ETag"])
    again = home(world, person)
    shared.kept.clear()
    assert again.data == now.data == home(world, person).data
    differs = bool(now.data != before.data)
    if asked.status_code == 304:
        assert not differs, f"304, but it was {before.text} and is {now.text}"
    else:
        assert (asked.status_code, asked.data) == (200, now.data)
    return differs


def tables(statement: HotStatement) -> set[str]:
    """The tables that a statement reads, by its plan."""
    values = [_ASKED[name] for name in statement.names]
    connection: Any = db.session.connection().connection.driver_connection
    [[plan]] = psycopg.RawCursor(connection).execute("EXPLAIN (FORMAT JSON) " + statement.text, values).fetchall()
    found, left = set(), [plan[0]["Plan"]]
    while left:
        node = left.pop()
        found |= {node[name] for name in ("Relation Name",) if name in node}
        left += node.get("Plans", ())
    return found


def raising_tables() -> set[str]:
    """The tables of which a change raises the homes' version."""
    return set(
        db.session.scalars(
            text(
                "SELECT tgrelid::regclass::text FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
                " WHERE proname IN ('raise_home_version', 'raise_named_home_version')"
            )
        )
    )
