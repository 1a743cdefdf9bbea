"""Sending what waits in the outbox.

Rows are claimed in small batches (`created` -> `sending`, committed), sent on threads with no database connection in
hand, and then given their outcome. A worker that dies in between leaves at most one batch in `sending`: those may have
arrived, so they are shown to the operator and never sent again by themselves.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, func, select, tuple_, update

from app.core import clock, queueing
from app.core.db import db
from app.core.queueing import Urgency
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.models import Account
from app.notifications import wechat
from app.notifications.catalogue import NOT_AT_NIGHT, Kind, rendered
from app.notifications.models import OutboxMessage, OutboxState, SubscriptionCredit
from app.notifications.quiet import is_night
from app.notifications.wechat import Delivery

log = structlog.get_logger(__name__)

DRAIN_JOB = "tasks.notifications.drain"
TURN_S = 20
MAX_ATTEMPTS = 8
HOPELESS_FOR_NOW = frozenset({Delivery.NEXT_DAY, Delivery.MISCONFIGURED})
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)
MISCONFIGURED_PAUSE = timedelta(minutes=5)
IN_DOUBT_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Claimed:
    """A message that this worker alone may send now."""

    compound_id: UUID
    id: UUID
    account_id: UUID
    openid: str
    template_id: str
    page: str
    data: dict[str, str]
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """What became of a claimed message."""

    message: Claimed
    delivery: Delivery
    code: str


def drain(settings: Settings, urgency: Urgency) -> int:
    """Send what is due with this urgency; how many messages were attempted. Opens its own transactions.

    Returns after some 20 seconds even if more is due, so that a worker turns to more urgent queues in between; and at
    once when WeChat says that nothing more will go through for now.
    """
    attempted, deadline = 0, time.monotonic() + TURN_S
    with ThreadPoolExecutor(settings.send_threads) as threads:
        while True:
            with unit_of_work():
                found, claimed = _claim(settings, urgency)
            if not found:
                return attempted
            outcomes = [
                outcome for group in threads.map(_send_group(settings), _by_person(claimed)) for outcome in group
            ]
            with unit_of_work():
                _record(outcomes)
            attempted += len(outcomes)
            if any(outcome.delivery in HOPELESS_FOR_NOW for outcome in outcomes):
                return attempted
            if time.monotonic() > deadline:
                queueing.enqueue(DRAIN_JOB, str(urgency), urgency=urgency)
                queueing.flush()
                return attempted


def report_in_doubt() -> int:
    """Log how many messages have been `sending` for ten minutes: a worker died, or WeChat's answer was lost."""
    since = clock.now() - IN_DOUBT_AFTER
    doubtful = db.session.scalar(
        select(func.count()).where(OutboxMessage.state == OutboxState.SENDING, OutboxMessage.claimed_at < since)
    )
    if doubtful:
        log.error("messages_in_doubt", messages=doubtful)
    return doubtful or 0


def _claim(settings: Settings, urgency: Urgency) -> tuple[int, list[Claimed]]:
    """The next batch: how many rows were taken, and those of them that can be sent."""
    now = clock.now()
    held = [OutboxMessage.kind.not_in(NOT_AT_NIGHT)] if is_night(now) else []
    due = (
        select(OutboxMessage.compound_id, OutboxMessage.id)
        .where(
            OutboxMessage.state == OutboxState.CREATED,
            OutboxMessage.urgency == urgency,
            OutboxMessage.due_at <= now,
            *held,
        )
        .order_by(OutboxMessage.due_at)
        .limit(settings.send_threads * 2)
        .with_for_update(skip_locked=True)
    )
    rows = db.session.execute(
        update(OutboxMessage)
        .where(tuple_(OutboxMessage.compound_id, OutboxMessage.id).in_(due))
        .values(state=OutboxState.SENDING, claimed_at=now, attempts=OutboxMessage.attempts + 1)
        .returning(
            OutboxMessage.compound_id,
            OutboxMessage.id,
            OutboxMessage.account_id,
            OutboxMessage.kind,
            OutboxMessage.page,
            OutboxMessage.data,
            OutboxMessage.attempts,
            OutboxMessage.expires_at,
        )
    ).all()
    accounts = select(Account.id, Account.openid).where(Account.id.in_({row.account_id for row in rows}))
    openids: dict[UUID, str] = dict(db.session.execute(accounts).all())
    ordered = sorted(rows, key=lambda row: (row.account_id, row.id))  # ledgers are locked in one order by all workers
    return len(rows), [claim for row in ordered if (claim := _sendable(settings, row, openids, now))]


def _sendable(settings: Settings, row: Row[Any], openids: dict[UUID, str], now: datetime) -> Claimed | None:
    try:
        template_id = wechat.template_id(settings, Kind(row.kind))
        openid, data = openids[row.account_id], rendered(Kind(row.kind), row.data)
    except (KeyError, ValueError):  # of another version, or of an account that is gone: it must not stop the others
        _finish(row.compound_id, row.id, OutboxState.FAILED, "cannot_be_rendered")
        log.error("message_cannot_be_rendered", message_id=str(row.id), kind=row.kind)
        return None
    if row.expires_at <= now:
        _finish(row.compound_id, row.id, OutboxState.EXPIRED, "expired")
    elif template_id is None:
        _finish(row.compound_id, row.id, OutboxState.FAILED, "no_template")
    elif not _take_credit(row.account_id, template_id):
        _finish(row.compound_id, row.id, OutboxState.REFUSED, "not_subscribed")
    else:
        return Claimed(
            row.compound_id,
            row.id,
            row.account_id,
            openid,
            template_id,
            row.page,
            data,
            row.attempts,
        )
    return None


def _by_person(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    """WeChat refuses two calls for one openid at a time (43108), so one thread sends all of a person's messages."""
    groups: dict[str, list[Claimed]] = defaultdict(list)
    for message in claimed:
        groups[message.openid].append(message)
    return list(groups.values())


def _send_group(settings: Settings) -> Any:
    def send(group: list[Claimed]) -> list[Outcome]:
        return [
            Outcome(
                message,
                *wechat.send(
                    message.openid, message.template_id, message.page, message.data, settings.wechat_miniprogram_state
                ),
            )
            for message in group
        ]

    return send


def _record(outcomes: Iterable[Outcome]) -> None:
    for outcome in sorted(outcomes, key=lambda one: (one.message.account_id, one.message.id)):
        message, delivery = outcome.message, outcome.delivery
        if delivery is Delivery.SENT:
            _finish(message.compound_id, message.id, OutboxState.SENT, outcome.code)
        elif delivery is Delivery.REFUSED:
            _finish(message.compound_id, message.id, OutboxState.REFUSED, outcome.code)
            _clear_credit(message.account_id, message.template_id)
        elif delivery is Delivery.FAILED or (delivery is Delivery.RETRY and message.attempts >= MAX_ATTEMPTS):
            _finish(message.compound_id, message.id, OutboxState.FAILED, outcome.code)
            _give_credit_back(message.account_id, message.template_id)
            log.error("message_failed", message_id=str(message.id), outcome=outcome.code)
        elif delivery is Delivery.UNKNOWN:
            _set(message, outcome=outcome.code)
            log.error("message_in_doubt", message_id=str(message.id), outcome=outcome.code)
        else:
            _postpone(message, delivery, outcome.code)


def _postpone(message: Claimed, delivery: Delivery, code: str) -> None:
    _give_credit_back(message.account_id, message.template_id)
    now = clock.now()
    if delivery is Delivery.NEXT_DAY:
        tomorrow = now.astimezone(clock.SHANGHAI).replace(hour=0, minute=5, second=0, microsecond=0) + timedelta(days=1)
        due_at = tomorrow
    elif delivery is Delivery.MISCONFIGURED:
        due_at = now + MISCONFIGURED_PAUSE
        log.error("wechat_misconfigured", outcome=code, hint="check the credentials and WeChat's list of addresses")
    else:
        pause = min(FIRST_RETRY * 2 ** (message.attempts - 1), LONGEST_RETRY)
        due_at = now + pause * random.uniform(0.5, 1.5)  # noqa: S311 spreads retries, hides nothing
    attempts = message.attempts if delivery is Delivery.RETRY else message.attempts - 1
    _set(message, state=OutboxState.CREATED, due_at=due_at, claimed_at=None, outcome=code, attempts=attempts)


def _set(message: Claimed, **values: Any) -> None:
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.compound_id == message.compound_id, OutboxMessage.id == message.id)
        .values(**values)
    )


def _finish(compound_id: UUID, message_id: UUID, state: OutboxState, code: str) -> None:
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.compound_id == compound_id, OutboxMessage.id == message_id)
        .values(state=state, outcome=code, finished_at=clock.now())
    )


def _take_credit(account_id: UUID, template_id: str) -> bool:
    taken = db.session.execute(
        update(SubscriptionCredit)
        .where(_credit_of(account_id, template_id), SubscriptionCredit.credits > 0)
        .values(credits=SubscriptionCredit.credits - 1, updated_at=clock.now())
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _give_credit_back(account_id: UUID, template_id: str) -> None:
    db.session.execute(
        update(SubscriptionCredit)
        .where(_credit_of(account_id, template_id))
        .values(credits=SubscriptionCredit.credits + 1, updated_at=clock.now())
    )


def _clear_credit(account_id: UUID, template_id: str) -> None:
    db.session.execute(
        update(SubscriptionCredit).where(_credit_of(account_id, template_id)).values(credits=0, updated_at=clock.now())
    )


def _credit_of(account_id: UUID, template_id: str) -> Any:
    return (SubscriptionCredit.account_id == account_id) & (SubscriptionCredit.template_id == template_id)
