"""How long a critical message takes while a fan-out runs on the same machine: `make bench-urgent`.

Prints one JSON line: from before the commit (the row's `created_at`) to WeChat's acceptance (the phone's `sent_at`), in
milliseconds, with a WeChat that answers at once and with one that takes 80 ms. Meanwhile one sender works off a bulk
fan-out, which a worker writes; beside it runs one that serves critical messages alone, as `make run` has it.
"""

import argparse
import json
import os
import time
from datetime import datetime
from typing import Any, LiteralString

from app.core.queueing import Urgency
from app.notifications.catalogue import Kind
from benchmarks.town import Town, load_average, town

BULK = Kind.MEETING_ANNOUNCED
CRITICAL = Kind.BOOKING_CANCELLED
EVERY_S = 0.2
WARM_UP_S = 2
CREATED: LiteralString = """
SELECT account.openid, outbox.created_at FROM outbox JOIN account ON account.id = outbox.account_id
WHERE outbox.kind = %(kind)s AND outbox.state = 'sent'
"""


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=100_000, help="of the fan-out")
    parser.add_argument("--messages", type=int, default=100, help="critical ones")
    arguments = parser.parse_args()
    with town() as here:
        here.settle(arguments.recipients)
        here.accept(BULK, CRITICAL, times=3)
        fast = measure(here, arguments.messages)
        here.faults({"latency_ms": 80})
        slow = measure(here, arguments.messages)
    figures = {"benchmark": "urgent", "recipients": arguments.recipients, "at_0_ms": fast, "at_80_ms": slow}
    print(json.dumps({**figures, "load_average": load_average(), "cores": os.cpu_count()}))


def measure(here: Town, messages: int) -> dict[str, Any]:
    """Write critical messages, one after the other, into a running fan-out."""
    here.forget()
    with here.worker(), here.senders(Urgency.CRITICAL):
        here.tell(BULK)
        time.sleep(WARM_UP_S)
        before, began = here.finished(), time.perf_counter()
        for account_id in here.account_ids[-messages:]:
            here.tell(CRITICAL, [account_id])
            time.sleep(EVERY_S)
        bulk_per_s = (here.finished() - before - messages) / (time.perf_counter() - began)
        left = here.unsettled()
    taken = sorted(_milliseconds(here))
    assert len(taken) == messages, f"{len(taken)} of {messages} arrived"
    assert left, "the fan-out was over before"
    return {
        "messages": messages,
        "p50_ms": taken[messages // 2],
        "p90_ms": taken[int(0.9 * messages)],
        "p99_ms": taken[min(messages - 1, int(0.99 * messages))],
        "max_ms": taken[-1],
        "bulk_per_s": round(bulk_per_s),
    }


def _milliseconds(here: Town) -> list[float]:
    found = []
    for openid, created_at in here.rows(CREATED, {"kind": str(CRITICAL)}):
        inbox = here.simulator.get(f"/_sim/phones/{openid}/inbox").raise_for_status().json()["messages"]
        [sent_at] = [one["sent_at"] for one in inbox if one["template_id"] == f"sim_{CRITICAL}"]
        found.append(round((datetime.fromisoformat(sent_at) - created_at).total_seconds() * 1000, 1))
    return found


if __name__ == "__main__":
    main()
