"""The ledger of accepts (subscription_credit), changed for a whole batch with one statement.

Rows are locked in the order of their keys, so that no two batches wait for each other.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, text

from app.core import clock
from app.core.db import db

Key = tuple[UUID, str]
"""Account and template."""

_CHANGE = """
WITH locked AS (
    SELECT account_id, template_id FROM subscription_credit
    WHERE (account_id, template_id) IN (SELECT * FROM unnest(CAST(:accounts AS uuid[]), CAST(:templates AS text[])))
    ORDER BY account_id, template_id FOR UPDATE
)
UPDATE subscription_credit credit SET credits = {credits}, updated_at = :now FROM locked
WHERE credit.account_id = locked.account_id AND credit.template_id = locked.template_id AND {condition}
RETURNING credit.account_id, credit.template_id
"""
_TAKE = text(_CHANGE.format(credits="credit.credits - 1", condition="credit.credits > 0"))
_GIVE_BACK = text(_CHANGE.format(credits="credit.credits + 1", condition="true"))
_OFF = text("""
SELECT account_id, template_id FROM subscription_credit
WHERE (account_id, template_id) IN (SELECT * FROM unnest(CAST(:accounts AS uuid[]), CAST(:templates AS text[])))
  AND credits = 0 AND cleared_at <= :now
""")
_CLEAR = text("""
INSERT INTO subscription_credit (account_id, template_id, credits, cleared_at, updated_at)
SELECT account_id, template_id, 0, :at, :now
FROM unnest(CAST(:accounts AS uuid[]), CAST(:templates AS text[])) AS key (account_id, template_id)
ORDER BY account_id, template_id
ON CONFLICT (account_id, template_id)
DO UPDATE SET credits = 0, reported = 0, pushed = 0, updated_at = :now,
    cleared_at = greatest(subscription_credit.cleared_at, excluded.cleared_at)
RETURNING account_id, template_id
""")


def take(keys: Iterable[Key]) -> set[Key]:
    """Take one accept of each key; the keys that had one."""
    return _change(_TAKE, keys)


def give_back(keys: Iterable[Key]) -> None:
    """Return one accept to each key, to one that is named several times as many."""
    left = Counter(keys)
    while left:
        _change(_GIVE_BACK, left)
        left -= Counter(left.keys())


def clear(keys: Iterable[Key], at: datetime | None = None) -> None:
    """Forget all accepts of each key, and whatever is still told of taps before then: WeChat says that there is none.

    `at`: when that was, if not now. A later accept is told of again by WeChat's own event.
    """
    _change(_CLEAR, keys, at)


def switched_off(keys: Iterable[Key]) -> set[Key]:
    """Those of the keys that WeChat has said to be refused, and that were not accepted again since."""
    return _change(_OFF, keys)


def _change(statement: TextClause, keys: Iterable[Key], at: datetime | None = None) -> set[Key]:
    wanted = list(set(keys))
    if not wanted:
        return set()
    accounts, templates = zip(*wanted, strict=True)
    now = clock.now()
    moments = {"now": now, "at": at or now} if statement is _CLEAR else {"now": now}
    rows = db.session.execute(statement, {"accounts": list(accounts), "templates": list(templates), **moments})
    return {(account_id, template_id) for account_id, template_id in rows}
