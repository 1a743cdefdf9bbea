"""Waiting for messages, and looking who got them."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from app.core.settings import Settings
from launcher.demo import outbox
from launcher.demo.checks import Checks
from launcher.demo.crowd import all_do, bar
from launcher.demo.product import Product

TITLES = {
    "meeting_announced": "大会通知",
    "voting_opened": "投票开始提醒",
    "result_published": "结果公布",
    "result_final": "正式公告",
}


@dataclass(frozen=True)
class Arrived:
    """Messages of one kind: how many phones should have one, have one, have several; how many are in doubt."""

    kind: str
    expected: int
    phones: int
    repeated: int
    in_doubt: int
    seconds: float

    @property
    def title(self) -> str:
        """What the kind is called on the phone."""
        return TITLES[self.kind]


class Postbox:
    """The messages about one meeting to the phones of its owners."""

    def __init__(
        self, product: Product, settings: Settings, console: Console, subject_id: str, openids: Sequence[str]
    ) -> None:
        self._product = product
        self._settings = settings
        self._console = console
        self._subject_id = subject_id
        self._openids = openids

    def wait_for(self, kind: str, template_id: str, timeout_s: float) -> Arrived:
        """Wait until nothing more will come by itself, then look into every inbox."""
        began = time.monotonic()
        found = self._until_settled(kind, began + timeout_s)
        seconds = time.monotonic() - began
        counts = all_do(
            self._console, "  查看收件箱", self._openids, lambda openid: self._count(openid, template_id)
        ).results
        by_number = Counter(min(count, 2) for count in counts.values())
        return Arrived(kind, len(self._openids), by_number[1] + by_number[2], by_number[2], found.in_doubt, seconds)

    def _until_settled(self, kind: str, deadline: float) -> outbox.Messages:
        with bar(self._console) as progress:
            task = progress.add_task(f"{TITLES[kind]} {kind}", total=len(self._openids), words="")
            while True:
                found = outbox.messages(self._settings, kind, self._subject_id, self._product.now())
                words = f"存疑 {found.in_doubt}" if found.in_doubt else ""
                progress.update(task, completed=found.by_state.get("sent", 0), words=words)
                if (found.total >= len(self._openids) and found.settled) or time.monotonic() > deadline:
                    return found
                time.sleep(0.2)

    def _count(self, openid: str, template_id: str) -> int:
        inbox = self._product.simulator.call("GET", f"/phones/{openid}/inbox")["messages"]
        return sum(one["template_id"] == template_id and self._subject_id in one["page"] for one in inbox)


def check(checks: Checks, arrived: Arrived) -> None:
    """Every owner has the message once; what is missing is in doubt, and no more than that."""
    missing = arrived.expected - arrived.phones
    checks.same(f"Phones that got {arrived.kind} more than once", arrived.repeated, 0)
    if missing > arrived.in_doubt:
        checks.same(f"Phones that got {arrived.kind} ({arrived.in_doubt} in doubt)", arrived.phones, arrived.expected)
    else:
        checks.made += 1
