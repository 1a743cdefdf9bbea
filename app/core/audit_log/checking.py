"""What the database alone can show of an audit log: rows that the program did not write, and rows without a place.

The order of the rows is checked over the export (`verifier.audit`), in the operator's command as by anybody else.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.core.audit import AuditEvent, is_sealed, statement_of
from app.core.audit_log.chaining import LONGEST_ACT, end_of, floor_of
from app.core.audit_log.exporting import chained, unchained
from app.core.db import db

KEPT = ("audit_event", "audit_link", "audit_head")
"""The tables to which the program only adds."""


class Suspect(NamedTuple):
    """A row that something is wrong with: `altered` or `added`."""

    code: str
    row: UUID


def suspects(compound_id: UUID) -> Iterator[Suspect]:
    """The rows whose seal is not the program's own, and those that came too late for their place in the chain.

    Rows from before there were seals have none: the first ones of a chain, and those of the first hour.
    """
    first_at = None
    for link, event in chained(compound_id):
        first_at = first_at or link.chained_at
        if event and not (event.seal is None and link.chained_at < first_at + LONGEST_ACT):
            yield from _unsealed(event)
    end = end_of(compound_id)
    floor = floor_of(end.event_id if end else None)
    for event in unchained(compound_id):
        if end and event.id < floor:
            yield Suspect("added", event.id)
        elif end or event.seal is not None:
            yield from _unsealed(event)


def rights() -> list[str]:
    """What the program's database role could do to the log, as "audit_event UPDATE"; nothing where it is restricted."""
    found = db.session.execute(_RIGHTS, {"tables": list(KEPT)})
    return [f"{table} {right}" for table, right in found]


def _unsealed(event: AuditEvent) -> Iterator[Suspect]:
    if event.seal is None:
        yield Suspect("added", event.id)
    elif not is_sealed(statement_of(event), bytes(event.seal)):
        yield Suspect("altered", event.id)


_RIGHTS: Any = text(
    """
    SELECT name, privilege
    FROM unnest(CAST(:tables AS text[])) AS name, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
    WHERE has_table_privilege(name, privilege)
    ORDER BY 1, 2
    """
)
