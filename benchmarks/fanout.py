"""How fast one sender works off a fan-out, beside wechatpy in a bare loop: `make bench-fanout`.

Prints one JSON line: messages a second with a WeChat that answers at once and with one that takes 80 ms, the same HTTP
calls without a product around them in the same run, and the sender's memory once it is warm. `cause_ms` is how long the
transaction took that is the cause, `write_s` until the job had written every message after it. `ratio_fast` is by the
faster of the two bare loops (one thread, and as many as the sender has), `ratio_slow` by the ceiling of the threads.
`each_us` is the processor time of a message by program, in microseconds, from the sender's start on.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any, LiteralString

from app.notifications.catalogue import Kind
from benchmarks import processor
from benchmarks.town import ROOT, Town, load_average, memory_mb, town

KIND = Kind.MEETING_ANNOUNCED
LATENCY_MS = 80
BARE = 4000
WARM_AFTER_S = 5
SENT: LiteralString = """
SELECT count(*), extract(epoch FROM max(finished_at) - min(finished_at)) FROM outbox WHERE state = 'sent'
"""


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--slow", type=int, default=20_000, help="messages at 80 ms")
    arguments = parser.parse_args()
    with town() as here:
        here.settle(arguments.recipients)
        here.accept(KIND, times=6)
        print(json.dumps(measure(here, arguments.recipients, min(arguments.slow, arguments.recipients))))


def measure(here: Town, recipients: int, slow: int) -> dict[str, Any]:
    """All figures, bare and product by turns."""
    threads = here.settings.send_threads
    bare = {f"bare_{number}": bare_rate(here, number, min(BARE, recipients)) for number in (1, threads)}
    fast = sender_rate(here, recipients)
    here.faults({"latency_ms": LATENCY_MS})
    here.warm_up(threads)
    bare_slow = bare_rate(here, threads, min(BARE, slow))
    slowly = sender_rate(here, slow)
    ceiling = threads / (LATENCY_MS / 1000)
    return {
        "benchmark": "fanout",
        "recipients": recipients,
        "threads": threads,
        "per_s": fast["per_s"],
        **bare,
        "ratio_fast": round(fast["per_s"] / max(bare.values()), 3),
        "per_s_80ms": slowly["per_s"],
        "bare_80ms": bare_slow,
        "ceiling_80ms": ceiling,
        "ratio_slow": round(slowly["per_s"] / ceiling, 3),
        "cause_ms": fast["cause_ms"],
        "write_s": fast["write_s"],
        "memory_mb": fast["memory_mb"],
        "each_us": fast["each_us"],
        "each_us_80ms": slowly["each_us"],
        "messages_twice": here.simulator.get("/_sim/inbox/summary", timeout=60).json()["surplus_messages"],
        "load_average": load_average(),
        "cores": os.cpu_count(),
    }


def bare_rate(here: Town, threads: int, messages: int) -> float:
    """Messages a second of the bare loop."""
    secrets = here.settings.secrets
    arguments = [here.settings.simulator_url, f"sim_{KIND}", str(threads)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_send", *arguments, secrets["wechat_appid"], secrets["wechat_secret"]],
        cwd=ROOT,
        input="\n".join(here.openids[:messages]),
        capture_output=True,
        text=True,
        check=True,
    )
    return round(messages / float(done.stdout), 1)


def sender_rate(here: Town, messages: int) -> dict[str, Any]:
    """Messages a second of one sender process, from its first outcome to its last."""
    here.forget()
    started = time.perf_counter()
    here.tell(KIND, here.account_ids[:messages])
    told = time.perf_counter() - started
    here.write()
    written = time.perf_counter() - started
    memory: list[float] = []
    with here.senders() as sender, processor.spent() as taken:
        while here.unsettled():
            memory.append(memory_mb(sender.pid))
            time.sleep(1)
        memory.append(memory_mb(sender.pid))
    with here.database() as connection:
        sent, seconds = connection.execute(SENT).fetchone()  # type: ignore[misc]
    assert sent == messages, f"{sent} of {messages} sent"
    steady = memory[WARM_AFTER_S:] or memory[-1:]
    return {
        "per_s": round(sent / float(seconds), 1),
        "cause_ms": round(told * 1000),
        "write_s": round(written, 1),
        "each_us": processor.each_us(taken, sent),
        "memory_mb": {"lowest": round(min(steady)), "highest": round(max(steady))},
    }


if __name__ == "__main__":
    main()
