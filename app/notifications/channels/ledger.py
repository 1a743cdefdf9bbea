"""The ledger of accepts (subscription_credit), changed for a whole batch with one statement.

Rows are locked in the order of their keys, so that no two batches wait for each other.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import orjson

from app.core import clock
from app.core.db import HotStatement, fetch_all

Key = tuple[UUID, str]
"""Account and template."""

_KEYS = "jsonb_to_recordset(%(keys)s::jsonb) AS key (account_id uuid, template_id text)"


def _statement(sql: str, **parts: str) -> HotStatement:
    return HotStatement.of(sql.format(keys=_KEYS, **parts))


_CHANGE = """
WITH locked AS (
    SELECT account_id, template_id FROM subscription_credit
    WHERE (account_id, template_id) IN (SELECT * FROM {keys})
    ORDER BY account_id, template_id FOR UPDATE
)
UPDATE subscription_credit credit SET credits = {credits}, updated_at = %(now)s FROM locked
WHERE credit.account_id = locked.account_id AND credit.template_id = locked.template_id AND {condition}
RETURNING credit.account_id, credit.template_id
"""
_TAKE = _statement(_CHANGE, credits="credit.credits - 1", condition="credit.credits > 0")
_GIVE_BACK = _statement(_CHANGE, credits="credit.credits + 1", condition="true")
_OFF = _statement("""
SELECT account_id, template_id FROM subscription_credit
WHERE (account_id, template_id) IN (SELECT * FROM {keys}) AND credits = 0 AND cleared_at <= %(now)s
""")
_CLEAR = _statement("""
INSERT INTO subscription_credit (account_id, template_id, credits, cleared_at, updated_at)
SELECT account_id, template_id, 0, %(at)s, %(now)s FROM {keys} ORDER BY account_id, template_id
ON CONFLICT (account_id, template_id)
DO UPDATE SET credits = 0, reported = 0, pushed = 0, updated_at = %(now)s,
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


def _change(statement: HotStatement, keys: Iterable[Key], at: datetime | None = None) -> set[Key]:
    wanted = [{"account_id": account_id, "template_id": template_id} for account_id, template_id in set(keys)]
    if not wanted:
        return set()
    now = clock.now()
    rows = fetch_all(statement, {"keys": orjson.dumps(wanted).decode(), "now": now, "at": at or now})
    return {(account_id, template_id) for account_id, template_id in rows}
