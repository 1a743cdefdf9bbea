"""What the database says after a performance: whether a ballot or a message was lost."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.settings import Settings
from launcher.demo.outbox import IN_FLIGHT, Looks, rows_of

FINAL = frozenset({"sent", "refused", "failed", "expired"})
SETTLE_TIMEOUT_S = 60

_BALLOTS = "SELECT id::text FROM ballot WHERE meeting_id = %(meeting)s"
_MESSAGES = """
SELECT kind, state, count(*) FROM outbox
WHERE dedup_key LIKE %(meeting_keys)s OR dedup_key = ANY(%(receipt_keys)s)
GROUP BY kind, state
UNION ALL SELECT kind, 'created', (cardinality(recipients) - written)::bigint
FROM fan_out WHERE dedup_prefix LIKE %(meeting_keys)s
"""


@dataclass(frozen=True)
class Ledger:
    """Ballots and messages of one meeting, beside what there must be; `losses` has a sentence for each difference."""

    messages: int
    expected_messages: int
    in_doubt: int
    losses: list[str]


def ballots_cast(looks: Looks) -> int:
    """All ballots in the database."""
    return int(looks.rows("SELECT count(*) FROM ballot", {})[0][0])


def messages_sent(looks: Looks) -> int:
    """All messages that have gone out."""
    return int(looks.rows("SELECT count(*) FROM outbox WHERE state = 'sent'", {})[0][0])


def check(settings: Settings, summary: Mapping[str, Any]) -> Ledger:
    """Compare the database with what the demonstration knows of its meeting."""
    receipts, owners = summary["receipts"], summary["owners"]
    kept = sorted(row[0] for row in rows_of(settings, _BALLOTS, {"meeting": summary["meeting_id"]}))
    expected = {
        "meeting_announced": owners,
        "voting_opened": owners,
        "result_published": owners,
        "result_final": owners,
        "ballot_received": len(receipts),
    }
    rows = _settled_messages(settings, summary)
    found = {kind: sum(count for one, _, count in rows if one == kind) for kind in expected}
    waiting = sum(count for _, state, count in rows if state not in FINAL and state != "sending")
    losses = [
        f"{kind}: {found[kind]} of {number} messages." for kind, number in expected.items() if found[kind] != number
    ]
    if kept != receipts:
        losses.append(f"{len(receipts)} receipts, {len(set(kept) & set(receipts))} of them in the database.")
    if summary["counted"] != len(receipts):
        losses.append(f"{len(receipts)} receipts, {summary['counted']} ballots counted.")
    if waiting:
        losses.append(f"{waiting} messages are neither final nor in doubt.")
    in_doubt = sum(count for _, state, count in rows if state == "sending")
    return Ledger(sum(found.values()), sum(expected.values()), in_doubt, losses)


def _settled_messages(settings: Settings, summary: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Messages by kind and state, once nothing waits to be sent and what is being sent has had its time."""
    keys = {
        "meeting_keys": f"%:{summary['meeting_id']}:%",
        "receipt_keys": [f"ballot_received:{receipt}" for receipt in summary["receipts"]],
    }
    deadline, quiet_since = time.monotonic() + SETTLE_TIMEOUT_S, time.monotonic()
    before: list[tuple[str, str, int]] = []
    while True:
        rows = sorted(rows_of(settings, _MESSAGES, keys))
        states = {state for _, state, _ in rows}
        if rows != before:
            before, quiet_since = rows, time.monotonic()
        quiet = time.monotonic() - quiet_since > IN_FLIGHT.total_seconds()
        if states <= FINAL or (states <= FINAL | {"sending"} and quiet) or time.monotonic() > deadline:
            return rows
        time.sleep(0.2)
