"""What an operator decides about messages that the program will not decide about by itself.

A message in doubt may have arrived: whether it is sent again, taken as arrived or given up is a person's choice, made
for messages that are named by id, kind or age, and on the audit log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, tuple_, update

from app.core import audit, clock
from app.core.db import db
from app.core.settings import Settings
from app.notifications import wechat
from app.notifications.catalogue import Kind
from app.notifications.channels import ledger
from app.notifications.kinds import Channel
from app.notifications.models import OutboxMessage, OutboxState
from app.notifications.outbox import standing

RETRIED = "retried_by_operator"


class Which(StrEnum):
    """Messages that wait for an operator."""

    IN_DOUBT = "in-doubt"
    FAILED = "failed"


class Settlement(StrEnum):
    """What an operator says of messages in doubt."""

    ARRIVED = "arrived"
    GIVEN_UP = "given-up"


@dataclass(frozen=True)
class Selection:
    """The messages that are meant: all conditions that are given hold, the oldest first, at most `limit`."""

    which: Which
    ids: tuple[UUID, ...] = ()
    kind: Kind | None = None
    older_than: timedelta | None = None
    limit: int = 1000


class Group(NamedTuple):
    """Selected messages of one kind and outcome. `too_late`: those of no use any more, which are not sent again."""

    kind: str
    outcome: str | None
    messages: int
    too_late: int
    oldest: datetime


def grouped(selection: Selection) -> list[Group]:
    """What the selection means, the oldest first. Changes nothing."""
    found = _selected(selection).subquery()
    late = func.count().filter(found.c.expires_at <= clock.now())
    oldest = func.min(found.c.at)
    columns = (found.c.kind, found.c.outcome, func.count().label("messages"), late.label("too_late"), oldest)
    rows = db.session.execute(select(*columns).group_by(found.c.kind, found.c.outcome).order_by(oldest))
    return [Group(*row) for row in rows]


def retry(settings: Settings, selection: Selection, operator: str) -> int:
    """Put messages that are still of use back into the outbox, due now; how many.

    The accept that a message in doubt has used goes back to the ledger; if it did arrive, WeChat knows that the accept
    is gone, and refuses the second one unless the person has accepted more.
    """
    rows = [row for row in _locked(selection) if row.expires_at > clock.now()]
    if selection.which is Which.IN_DOUBT:
        ledger.give_back(key for row in rows if (key := _accept(settings, row)))
    now = clock.now()
    change = {"state": OutboxState.CREATED, "due_at": now, "attempts": 0, "claimed_at": None, "finished_at": None}
    return _changed(rows, "retry_message", operator, {**change, "outcome": RETRIED})


def settle(selection: Selection, settlement: Settlement, operator: str) -> int:
    """Say of messages in doubt that they arrived, or give them up; how many."""
    state = OutboxState.SENT if settlement is Settlement.ARRIVED else OutboxState.FAILED
    change = {"state": state, "outcome": f"{settlement.replace('-', '_')}_by_operator", "finished_at": clock.now()}
    return _changed(_locked(selection), "settle_message", operator, change)


def _selected(selection: Selection) -> Any:
    at = OutboxMessage.claimed_at if selection.which is Which.IN_DOUBT else OutboxMessage.finished_at
    columns = (
        OutboxMessage.compound_id,
        OutboxMessage.id,
        OutboxMessage.account_id,
        OutboxMessage.kind,
        OutboxMessage.state,
        OutboxMessage.outcome,
        OutboxMessage.expires_at,
        OutboxMessage.channel,
        at.label("at"),
    )
    return select(*columns).where(*_conditions(selection, at)).order_by(at, OutboxMessage.id).limit(selection.limit)


def _conditions(selection: Selection, at: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.which is Which.IN_DOUBT:
        conditions += [OutboxMessage.state == OutboxState.SENDING, at < standing.in_doubt_since()]
    else:
        conditions += [OutboxMessage.state == OutboxState.FAILED]
    if selection.ids:
        conditions.append(OutboxMessage.id.in_(selection.ids))
    if selection.kind:
        conditions.append(OutboxMessage.kind == selection.kind)
    if selection.older_than is not None:
        conditions.append(at < clock.now() - selection.older_than)
    return conditions


def _locked(selection: Selection) -> Sequence[Row[Any]]:
    return db.session.execute(_selected(selection).with_for_update()).all()


def _changed(rows: Sequence[Row[Any]], act: str, operator: str, change: dict[str, Any]) -> int:
    keys = [(row.compound_id, row.id) for row in rows]
    db.session.execute(
        update(OutboxMessage).where(tuple_(OutboxMessage.compound_id, OutboxMessage.id).in_(keys)).values(**change)
    )
    for row in rows:
        before = {"state": row.state, "outcome": row.outcome}
        after = {"state": str(change["state"]), "outcome": change["outcome"], "operator": operator}
        audit.record(row.compound_id, None, act, row.id, before=before, after=after)
    return len(rows)


def _accept(settings: Settings, row: Row[Any]) -> ledger.Key | None:
    """The accept that a message in doubt has used: none over the official account, nor for a long-term template."""
    template = wechat.template_id(settings, Kind(row.kind)) if row.kind in set(Kind) else None
    if template is None or template in settings.wechat_long_term_templates or row.channel == Channel.OFFICIAL:
        return None
    return row.account_id, template
