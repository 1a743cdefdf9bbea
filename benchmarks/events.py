"""How fast WeChat's pushes are acknowledged: `make bench-events`.

Prints one JSON line: encrypted events of as many people over 32 connections, one in four of them pushed again, while
the sweep that handles them runs beside; on one PostgreSQL, one granian and the cores of the load. WeChat waits for
five seconds; wanted is one.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from app.bootstrap import create_app, upgrade_schema
from app.core.settings import Settings, load_settings
from benchmarks import load
from benchmarks.serving import ROOT, served
from benchmarks.town import load_average
from launcher.embedded import create_database, embedded_servers
from wechat_simulator import event_crypto
from wechat_simulator.event_bodies import Event, render

CONNECTIONS = 32
WARM_UP = 200
REPLAYED = 4
"""Every so manieth event is pushed again."""
NONCE = "1514711492"
SWEEP = """
import time
from app.bootstrap import create_app
from app.core.settings import load_settings
from tasks.wechat_events import sweep
with create_app(load_settings()).app_context():
    while True:
        sweep()
        time.sleep(0.2)
"""


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    events: int = parser.parse_args().events
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        settings = load_settings(data_dir=Path(folder), log_level="ERROR")
        with embedded_servers(settings):
            create_database(settings)
            with create_app(settings).app_context():
                upgrade_schema()
            pushes = [push(settings, number) for number in range(events + WARM_UP)]
            again = pushes[WARM_UP::REPLAYED]
            environment = {**os.environ, "DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
            with served(settings, "wsgi:application") as port:
                load.run(port, pushes[:WARM_UP], CONNECTIONS)
                sweep = subprocess.Popen([sys.executable, "-c", SWEEP], cwd=ROOT, env=environment)
                result = load.run(port, [*pushes[WARM_UP:], *again], CONNECTIONS)
                sweep.terminate()
                sweep.wait(10)
            kept = _kept(settings)
    assert kept == len(pushes), f"{kept} of {len(pushes)} kept"
    print(json.dumps(_figures(result, events, len(again))))


def push(settings: Settings, number: int) -> bytes:
    """A rendered push: somebody has accepted a template."""
    now, secrets = int(time.time()), settings.secrets
    item = {"TemplateId": "sim_voting_opened", "SubscribeStatusString": "accept", "PopupScene": "2"}
    event = Event("subscribe_msg_popup_event", f"o{number:027}", {"List": [item]}, "SubscribeMsgPopupEvent")
    plain = render(event, "gh_0123456789ab", now, "json")
    encrypted = event_crypto.encrypt(secrets["wechat_event_aes_key"], plain, secrets["wechat_appid"])
    token, timestamp = secrets["wechat_event_token"], str(now)
    query = urlencode(
        {
            "timestamp": timestamp,
            "nonce": NONCE,
            "msg_signature": event_crypto.signature(token, timestamp, NONCE, encrypted),
        }
    )
    return load.post(f"/wechat/events?{query}", json.dumps({"ToUserName": "gh", "Encrypt": encrypted}).encode())


def _kept(settings: Settings) -> int:
    with psycopg.connect(settings.libpq_url) as connection:
        [number] = connection.execute("SELECT count(*) FROM wechat_event").fetchone() or (0,)
    return int(number)


def _figures(result: load.Result, events: int, again: int) -> dict[str, Any]:
    return {
        "benchmark": "events",
        "pushes": events + again,
        "pushed_again": again,
        "per_s": result.rate(200),
        "p50_ms": result.percentile(0.5),
        "p99_ms": result.percentile(0.99),
        "max_ms": result.percentile(1),
        "errors": result.others(200),
        "connections": CONNECTIONS,
        "load_average": load_average(),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    main()
