"""A town to send messages to: real servers, the WeChat simulator, residents with phones, real sender processes."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import httpx
import psutil
import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Uuid, cast, func, select

from app.bootstrap import create_app, upgrade_schema
from app.core import clock, queueing
from app.core.db import dispose_of_engines
from app.core.ids import new_id
from app.core.queueing import Urgency
from app.core.settings import Settings, load_settings
from app.core.unit_of_work import unit_of_work
from app.notifications import fan_out
from app.notifications.catalogue import CATALOGUE, NOT_AT_NIGHT, Kind
from app.notifications.quiet import is_night, not_at_night
from app.notifications.service import notify_all
from launcher.demo.outbox import IN_FLIGHT, Looks, rows_of
from launcher.embedded import create_database, embedded_servers
from launcher.ports import free_port
from launcher.programs import plan_for

ROOT = Path(__file__).parent.parent
COMPOUND = UUID("00000000-0000-7000-8000-000000000001")
SEND = "/cgi-bin/message/subscribe/send"
NOW = datetime.fromisoformat("2026-05-01T09:00:00+08:00")
PAGE = dict.fromkeys(("compound_id", "meeting_id", "slot_id"), COMPOUND)
_FIRST_NUMBER = 18_600_000_000
SENDERS = (queueing.SENDER, queueing.PARTIAL_SENDER)

_PEOPLE: LiteralString = """
INSERT INTO account (id, openid, created_at) SELECT uuid_v7(), openid, now() FROM unnest(%(openids)s::text[]) AS openid
ON CONFLICT DO NOTHING
"""
_CREDITS: LiteralString = """
INSERT INTO subscription_credit (account_id, template_id, credits, updated_at)
SELECT account_id, template_id, %(times)s, now()
FROM unnest(%(accounts)s::uuid[]) AS account_id, unnest(%(templates)s::text[]) AS template_id
ON CONFLICT (account_id, template_id) DO UPDATE SET credits = excluded.credits
"""


@dataclass
class Town:
    """The running town. Its methods block until what they ask for is there."""

    settings: Settings
    simulator: httpx.Client
    openids: list[str] = field(default_factory=list)
    account_ids: list[UUID] = field(default_factory=list)
    looks: Looks | None = None
    """The connection for what is asked again and again; without one each question has its own."""

    def phones(self, number: int) -> None:
        """Make so many phones."""
        for first in range(0, number, 10_000):
            numbers = [str(_FIRST_NUMBER + one) for one in range(first, min(first + 10_000, number))]
            found = self.simulator.post("/_sim/phones", json={"phone_numbers": numbers}).raise_for_status().json()
            self.openids += [phone["openid"] for phone in found["phones"]]

    def settle(self, residents: int) -> None:
        """Give so many residents a phone and an account."""
        self.phones(residents)
        with self.database() as connection:
            connection.execute(
                "INSERT INTO org_unit (id, kind, name, created_at) VALUES (%s, 'compound', '测量小区', now())"
                " ON CONFLICT DO NOTHING",
                [COMPOUND],
            )
            connection.execute(_PEOPLE, {"openids": self.openids})
            query = "SELECT id FROM account WHERE openid = ANY(%s)"
            self.account_ids = [row[0] for row in connection.execute(query, [self.openids])]

    def accept(self, *kinds: Kind, times: int = 1) -> None:
        """Let every resident accept the kinds' messages, at WeChat and in the ledger."""
        templates = [f"sim_{kind}" for kind in kinds]
        body = {"template_ids": templates, "times": times}
        self.simulator.post("/_sim/accept", json=body, timeout=120).raise_for_status()
        with self.database() as connection:
            connection.execute(_CREDITS, {"accounts": self.account_ids, "templates": templates, "times": times})
        with self.database() as connection:
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")

    def tell(self, kind: Kind, account_ids: list[UUID] | None = None) -> UUID:
        """Write a message of the kind to every resident, or to these; the id that it is about."""
        subject = new_id()
        fields = CATALOGUE[kind].fields
        values = {name: NOW if field.startswith(("time", "date")) else "测量" for name, field in fields.items()}
        told = cast(account_ids or self.account_ids, ARRAY(Uuid))
        recipients = select(func.unnest(told).label("account_id"))
        with unit_of_work():
            notify_all(COMPOUND, kind, subject, values, recipients, PAGE)
        return subject

    def write(self) -> None:
        """Write what fan-outs have recorded, as the job does; for a town without a worker."""
        some: int | None = 0
        while some is not None:
            with unit_of_work():
                some = fan_out.write_page()

    def faults(self, *rules: dict[str, Any]) -> None:
        """The faults from now on; without any, all works."""
        body = {"seed": 1, "rules": [{"path": SEND, **rule} for rule in rules]}
        self.simulator.put("/_sim/faults", json=body).raise_for_status()

    def warm_up(self, calls: int) -> None:
        """Let the simulator have threads for so many calls at a time, of which each takes some while.

        Its server starts one only when two calls wait, so that it stays at one too few, and each call waits for it.
        """
        with (
            httpx.Client(base_url=self.settings.simulator_url, limits=httpx.Limits(), timeout=30) as client,
            ThreadPoolExecutor(2 * calls) as threads,
        ):
            list(threads.map(lambda one: client.post(SEND, json={"touser": f"nobody-{one}"}), range(4 * calls)))

    def rows(self, query: LiteralString, parameters: dict[str, Any] | None = None) -> list[Any]:
        """The rows of a query; a server that comes up again is waited for."""
        if self.looks is not None:
            return self.looks.rows(query, parameters or {})
        return rows_of(self.settings, query, parameters or {})

    def finished(self) -> int:
        """Messages that have their outcome."""
        return int(self.rows("SELECT count(*) FROM outbox WHERE finished_at IS NOT NULL")[0][0])

    def unsettled(self) -> int:
        """Messages that are waiting or under way."""
        query: LiteralString = (
            "SELECT count(*) + (SELECT coalesce(sum(cardinality(recipients) - written), 0) FROM fan_out)"
            " FROM outbox WHERE state = 'created' OR state = 'sending'"
        )
        return int(self.rows(query)[0][0])

    def due(self) -> int:
        """Messages that a sender would send now, or is sending, or that are still to be written."""
        query: LiteralString = (
            "SELECT count(*) + (SELECT count(*) FROM fan_out) FROM outbox WHERE state = 'created' AND due_at <= %(now)s"
            " OR state = 'sending' AND outcome IS NULL AND claimed_at > %(lately)s"
        )
        return int(self.rows(query, self._moments())[0][0])

    def settled(self) -> bool:
        """Whether nothing more happens by itself: all sent, or for good not, or in doubt, or held for the morning."""
        query: LiteralString = (
            "SELECT count(*) + (SELECT count(*) FROM fan_out) FROM outbox"
            " WHERE state = 'created' AND NOT (kind = ANY(%(quiet)s) AND due_at >= %(morning)s)"
            " OR state = 'sending' AND outcome IS NULL AND claimed_at > %(lately)s"
        )
        return not self.rows(query, self._moments())[0][0]

    def held(self) -> int:
        """Messages that are not sent in the quiet hours, and wait for their end."""
        query: LiteralString = (
            "SELECT count(*) FROM outbox WHERE state = 'created' AND kind = ANY(%(quiet)s) AND due_at >= %(morning)s"
        )
        return int(self.rows(query, self._moments())[0][0])

    def until_morning(self) -> None:
        """Let the quiet hours be over, where it is night."""
        morning = not_at_night(now := clock.now())
        if morning > now:
            moved = {"now": (morning + timedelta(minutes=1)).isoformat()}
            self.simulator.put("/_sim/clock", json=moved).raise_for_status()

    def _moments(self) -> dict[str, Any]:
        now = clock.now()
        quiet = sorted(NOT_AT_NIGHT) if is_night(now) else []
        return {"now": now, "lately": now - IN_FLIGHT, "quiet": quiet, "morning": not_at_night(now)}

    def inbox_counts(self) -> dict[str, int]:
        """How many messages have arrived, by openid."""
        answer = self.simulator.post("/_sim/inbox/counts", json={"openids": self.openids}, timeout=60)
        return dict(answer.raise_for_status().json()["counts"])

    def forget(self) -> None:
        """Empty the outbox and every phone's inbox."""
        for table in (
            "channel_pause",
            "fan_out",
            "outbox",
        ):  # each by itself: a sender that looks at both must not be met
            with self.database() as connection:
                connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))
        self.simulator.delete("/_sim/inbox")

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A worker, which writes fan-outs among other jobs; stopped at the end of the block."""
        process = _start([sys.executable, "-m", "tasks.worker"], self.settings, {})
        try:
            while not any(one.kind == queueing.WORKER for one in queueing.processes()):
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(30)

    @contextmanager
    def database(self) -> "Iterator[psycopg.Connection[Any]]":
        """A connection of one's own, committed at the end of the block."""
        with psycopg.connect(self.settings.libpq_url) as connection:
            yield connection

    @contextmanager
    def senders(self, *urgencies: Urgency) -> "Iterator[subprocess.Popen[bytes]]":
        """The sender process of all urgencies, and one more for each of these; stopped at the end of the block."""
        command = [sys.executable, "-m", "tasks.sender"]
        processes = [_start(more, self.settings, {}) for more in (command, *([*command, one] for one in urgencies))]
        try:
            wait_until_alive(processes)
            yield processes[0]
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(30)


@contextmanager
def town(**options: Any) -> Iterator[Town]:
    """Start servers and simulator in a folder of their own, inside the application; all ends with the block."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True))
        chosen = {"log_level": "ERROR", "database_url": "", "redis_url": "", **options}
        settings = load_settings(data_dir=Path(folder), simulator_port=free_port(), **chosen)
        stack.enter_context(embedded_servers(settings))
        create_database(settings)
        stack.enter_context(create_app(settings).app_context())
        upgrade_schema()
        stack.callback(dispose_of_engines)
        simulator = stack.enter_context(simulated(settings))
        yield Town(settings, simulator)


@contextmanager
def simulated(settings: Settings) -> Iterator[httpx.Client]:
    """The simulator of these settings, running, and a client of it."""
    [program] = [one for one in plan_for(settings).servers if one.name == "simulator"]
    process = _start(program.command, settings, {})
    try:
        with httpx.Client(base_url=settings.simulator_url, timeout=30) as client:
            _wait_for(client)
            yield client
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            client.get("/_sim/health").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the simulator did not start")


def _start(command: list[str], settings: Settings, more: dict[str, str]) -> "subprocess.Popen[bytes]":
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")},
        "DATA_DIR": str(settings.data_dir),
        "SIMULATOR_PORT": str(settings.simulator_port),
        "LOG_LEVEL": settings.log_level,
        "SEND_THREADS": str(settings.send_threads),
        "WECHAT_TIMEOUT_S": str(settings.wechat_timeout_s),
        "MOVABLE_CLOCK": "1" if settings.movable_clock else "0",
        **more,
    }
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


def wait_until_alive(senders: "list[subprocess.Popen[bytes]]") -> None:
    """Wait until each of them listens for bells."""
    wanted = {str(process.pid) for process in senders}
    while wanted - {one.name.rpartition(".")[2] for one in queueing.processes() if one.kind in SENDERS}:
        time.sleep(0.1)


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    return float(psutil.Process(pid).memory_info().rss) / 2**20


def load_average() -> float:
    """Of the last minute: how much else ran on the machine."""
    return round(os.getloadavg()[0], 1)
