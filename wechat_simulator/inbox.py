"""Messages that have arrived on phones."""

import json
import threading
from typing import Any

from app.core import clock
from wechat_simulator.store import Store
from wechat_simulator.template_registry import TemplateRegistry


class Inbox:
    """The messages of all phones. They live in the store; only their numbering is in memory."""

    def __init__(self, store: Store, templates: TemplateRegistry) -> None:
        self._store = store
        self._templates = templates
        self._lock = threading.Lock()
        self._last_id: int = store.read("SELECT coalesce(max(id), 0) AS id FROM messages")[0]["id"]

    def deliver(
        self, openid: str, channel: str, template_id: str, page: str, values: dict[str, str], miniprogram_state: str
    ) -> int:
        """Put a message into a phone's inbox; its number."""
        message_id = self.number()
        self.put(message_id, openid, channel, template_id, page, values, miniprogram_state)
        return message_id

    def number(self) -> int:
        """The next message's number."""
        with self._lock:
            self._last_id += 1
            return self._last_id

    def put(
        self,
        message_id: int,
        openid: str,
        channel: str,
        template_id: str,
        page: str,
        values: dict[str, str],
        miniprogram_state: str,
    ) -> None:
        """Put a message of this number into a phone's inbox. The time is the movable clock's, as a meeting's are."""
        self._store.write(
            "INSERT INTO messages (id, openid, channel, template_id, page, data, miniprogram_state, sent_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            message_id,
            openid,
            channel,
            template_id,
            page,
            json.dumps(values, ensure_ascii=False),
            miniprogram_state,
            clock.now().isoformat(),
        )

    def of(self, openid: str) -> list[dict[str, Any]]:
        """A phone's messages, the newest first, with titles and labels as the phone shows them."""
        rows = self._store.read("SELECT * FROM messages WHERE openid = ? ORDER BY id DESC", openid)
        return [self._message(dict(row)) for row in rows]

    def counts(self, openids: list[str]) -> dict[str, int]:
        """Messages by openid; those without any are left out."""
        rows = self._store.read(
            "SELECT openid, count(*) AS messages FROM messages"
            " WHERE openid IN (SELECT value FROM json_each(?)) GROUP BY openid",
            json.dumps(openids),
        )
        return {row["openid"]: row["messages"] for row in rows}

    def summary(self) -> dict[str, Any]:
        """Totals, and how many openids got the same data under the same template more than once."""
        by_template = self._store.read("SELECT template_id, count(*) AS messages FROM messages GROUP BY template_id")
        openids = self._store.read("SELECT count(DISTINCT openid) AS openids FROM messages")
        repeated = self._store.read(
            "SELECT count(DISTINCT openid) AS openids, coalesce(sum(copies - 1), 0) AS surplus FROM"
            " (SELECT openid, count(*) AS copies FROM messages GROUP BY openid, template_id, data HAVING count(*) > 1)"
        )[0]
        return {
            "total": sum(row["messages"] for row in by_template),
            "openids": openids[0]["openids"],
            "by_template": {row["template_id"]: row["messages"] for row in by_template},
            "openids_with_duplicates": repeated["openids"],
            "surplus_messages": repeated["surplus"],
        }

    def clear(self) -> None:
        """Empty every inbox."""
        self._store.write("DELETE FROM messages")

    def _message(self, row: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, str] = json.loads(row.pop("data"))
        template = self._templates.get(row["template_id"])
        labels = template.labels if template else {}
        return {
            **row,
            "title": template.title if template else row["template_id"],
            "data": {name: {"value": value} for name, value in values.items()},
            "fields": [{"name": name, "label": labels.get(name, name), "value": values[name]} for name in values],
        }
