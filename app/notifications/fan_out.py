"""Messages to many, written in pages.

The transaction that is the cause writes the first page itself, and for whoever is left one row that names them
(fan_out), in the order of their ids. A job writes them page by page, each page a transaction of its own that also
moves the row on: a crash repeats at most a page, which the outbox's dedup key makes nothing of. So a cause holds its
locks for one page however many are told, who is told is settled by it alone, and no process ever holds the list.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, TextualSelect, Uuid, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.sql.dml import ReturningInsert

from app.core import queueing
from app.core.db import db
from app.core.queueing import Urgency
from app.notifications.models import FanOut, OutboxMessage

PAGE: Final = 500
"""Messages of one transaction: some 30 ms."""
JOB: Final = "tasks.notifications.write_fan_outs"

_SHARED: Final = ("compound_id", "kind", "data", "page", "urgency", "created_at", "expires_at")
_NEXT = text("""
SELECT compound_id, id, urgency FROM fan_out
ORDER BY array_position(CAST(:urgencies AS text[]), urgency), created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
""")
_WRITE = text("""
INSERT INTO outbox
    (compound_id, account_id, kind, data, page, dedup_key, urgency, created_at, due_at, expires_at)
SELECT compound_id, account_id, kind, data, page, dedup_prefix || account_id, urgency, created_at, created_at,
    expires_at
FROM fan_out, unnest(recipients[written + 1 : written + :most]) AS account_id
WHERE compound_id = :compound_id AND id = :id ORDER BY account_id
ON CONFLICT DO NOTHING
""")
_FINISH = text("""
DELETE FROM fan_out WHERE compound_id = :compound_id AND id = :id AND cardinality(recipients) <= written + :most
""")
_MOVE_ON = text("UPDATE fan_out SET written = written + :most WHERE compound_id = :compound_id AND id = :id")


def begin(shared: Mapping[str, ColumnElement[Any]], prefix: str, recipients: Select[Any] | TextualSelect) -> int:
    """Write the first page of messages and record the rest, in the caller's transaction; how many are new.

    `shared`: the columns that all messages have in common. `prefix`: their dedup keys without the account's id.
    Somebody who is still to be written to by an earlier call of the same cause may be counted again, and gets one.
    """
    account_id: ColumnElement[Any] = next(iter(recipients.subquery("recipient").c))
    earlier = select(OutboxMessage.id).where(
        OutboxMessage.compound_id == shared["compound_id"],
        OutboxMessage.dedup_key == _key(prefix, account_id),
    )
    told = select(account_id.label("account_id")).where(~earlier.exists()).distinct().cte("told")
    rest = _recorded(shared, prefix, select(told.c.account_id).order_by(told.c.account_id).offset(PAGE)).cte("rest")
    first = select(told.c.account_id).order_by(told.c.account_id).limit(PAGE).subquery("first")
    columns = {
        **shared,
        "account_id": first.c.account_id,
        "dedup_key": _key(prefix, first.c.account_id),
        "due_at": shared["created_at"],
    }
    written = (
        insert(OutboxMessage)
        .from_select(list(columns), select(*columns.values()).order_by(first.c.account_id), include_defaults=False)
        .on_conflict_do_nothing()
        .returning(OutboxMessage.id)
        .cte("written")
    )
    now, later = db.session.execute(
        select(
            select(func.count()).select_from(written).scalar_subquery(),
            select(func.coalesce(func.sum(rest.c.left), 0)).scalar_subquery(),
        )
    ).one()
    if later:
        queueing.enqueue(JOB)
    return int(now + later)


def write_page() -> int | None:
    """Write the next page of the most urgent fan-out, in the caller's transaction; how many, None if there is none.

    Fan-outs that another process writes are passed over.
    """
    found = db.session.execute(_NEXT, {"urgencies": [str(urgency) for urgency in Urgency]}).one_or_none()
    if found is None:
        return None
    parameters = {"compound_id": found.compound_id, "id": found.id, "most": PAGE}
    written: Any = db.session.execute(_WRITE, parameters)
    finished: Any = db.session.execute(_FINISH, parameters)
    if not finished.rowcount:
        db.session.execute(_MOVE_ON, parameters)
    queueing.ring(Urgency(found.urgency))
    return int(written.rowcount)


def _key(prefix: str, account_id: ColumnElement[Any]) -> ColumnElement[str]:
    return literal(prefix) + cast(account_id, Text)


def _recorded(shared: Mapping[str, ColumnElement[Any]], prefix: str, accounts: Select[Any]) -> ReturningInsert[Any]:
    """The statement that records for whom messages are still to be written, if there is anybody."""
    left = accounts.subquery("left_over").c.account_id
    columns: dict[str, ColumnElement[Any]] = {
        **{name: shared[name] for name in _SHARED},
        "dedup_prefix": literal(prefix),
        "recipients": func.array_agg(aggregate_order_by(cast(left, Uuid), left)),
    }
    some = select(*columns.values()).having(func.count(left) > 0)
    recorded = insert(FanOut).from_select(list(columns), some, include_defaults=False)
    return recorded.returning(func.cardinality(FanOut.recipients).label("left"))
