"""What survives a restart: one SQLite file, written behind.

The hot state lives in memory. Changes queue up and reach the file in batches some 50 ms later, or at once when
something is read from the file; only a killed process can lose the last batch, a stopped one writes it down.
"""

import json
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable
from itertools import groupby
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

FLUSH_INTERVAL_S = 0.05

SCHEMA = """
CREATE TABLE IF NOT EXISTS phones (
    openid TEXT PRIMARY KEY, phone_number TEXT NOT NULL UNIQUE, follower INTEGER NOT NULL DEFAULT 0,
    high_risk INTEGER NOT NULL DEFAULT 0, visited_at REAL NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS subscriptions (
    openid TEXT NOT NULL, template_id TEXT NOT NULL, credits INTEGER NOT NULL,
    PRIMARY KEY (openid, template_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, openid TEXT NOT NULL, channel TEXT NOT NULL, template_id TEXT NOT NULL,
    page TEXT NOT NULL, data TEXT NOT NULL, miniprogram_state TEXT NOT NULL, sent_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_openid ON messages (openid);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Store:
    """The SQLite file. Safe for many threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.executescript(SCHEMA)
        self._lock = threading.Lock()
        self._pending: deque[tuple[str, tuple[Any, ...]]] = deque()
        self._closed = threading.Event()
        threading.Thread(target=self._write_behind, name="store", daemon=True).start()
        # A worker process of the WSGI server leaves without the interpreter's atexit, but does run finalizers.
        self._finalizer = Finalize(None, self.close, exitpriority=10)

    def write(self, statement: str, *parameters: Any) -> None:
        """Queue one changing statement; statements take effect in the order of the calls."""
        self._pending.append((statement, parameters))

    def read(self, query: str, *parameters: Any) -> list[sqlite3.Row]:
        """Rows of a query that sees every write queued before it."""
        with self._lock:
            self._flush()
            return self._connection.execute(query, parameters).fetchall()

    def fact(self, name: str, default: Any) -> Any:
        """A JSON value kept under a name."""
        rows = self.read("SELECT value FROM facts WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else default

    def keep_fact(self, name: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        self.write("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, json.dumps(value))

    def close(self) -> None:
        """Write what is pending and close the file; a second call does nothing."""
        if self._closed.is_set():
            return
        self._closed.set()
        with self._lock:
            self._flush()
            self._connection.close()
        self._finalizer.cancel()

    def _write_behind(self) -> None:
        while not self._closed.wait(FLUSH_INTERVAL_S):
            if self._pending:
                with self._lock:
                    if not self._closed.is_set():
                        self._flush()

    def _flush(self) -> None:
        batch = [self._pending.popleft() for _ in range(len(self._pending))]
        if not batch:
            return
        self._connection.execute("BEGIN")
        for statement, writes in groupby(batch, key=lambda write: write[0]):
            self._connection.executemany(statement, _parameters(writes))
        self._connection.execute("COMMIT")


def _parameters(writes: Iterable[tuple[str, tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    return [parameters for _, parameters in writes]
