"""Each phone's inbox beside each row of the outbox."""

from collections import Counter
from dataclasses import dataclass

from benchmarks.faults import Case
from benchmarks.town import Town

ROWS = "SELECT account.openid, outbox.state FROM outbox JOIN account ON account.id = outbox.account_id"
SPENT = "SELECT coalesce(sum(credits), 0) FROM subscription_credit WHERE account_id = ANY(%(accounts)s)"


@dataclass(frozen=True)
class Result:
    """What a fan-out came to.

    once              arrived once, and the row says `sent`
    refused           WeChat said that the person refuses; nothing arrived
    arrived, missing  in doubt (`sending`): the message is there, or not
    lost              nothing arrived and no row says so
    twice             more than one message arrived
    accepts_left      accepts that the ledger still counts, though every one was used
    odd               state of the row and messages on the phone, of what was lost or came twice
    """

    case: Case
    messages: int
    once: int
    refused: int
    arrived: int
    missing: int
    lost: int
    twice: int
    accepts_left: int
    seconds: float
    odd: Counter[tuple[str | None, int]]

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        doubtful = self.arrived + self.missing
        return not (self.lost or self.twice or self.accepts_left or (doubtful and not self.case.doubts))

    def line(self) -> str:
        """The row of the table."""
        doubt = f"{self.arrived} / {self.missing}" if self.arrived + self.missing else "0"
        cells = (self.case.name, self.messages, self.once, self.refused, doubt, self.lost, self.twice)
        return f"| {' | '.join(map(str, cells))} | {self.seconds:.0f} |" + (
            "" if self.kept else f" BROKEN {dict(self.odd)} {self.accepts_left}"
        )


def compare(town: Town, case: Case, seconds: float) -> Result:
    """Look at every phone and every row."""
    inbox = town.inbox_counts()
    rows = dict(town.rows(ROWS))
    pairs = [(rows.get(openid), inbox.get(openid, 0)) for openid in town.openids]
    found = Counter(_verdict(*pair) for pair in pairs)
    odd = Counter(pair for pair in pairs if _verdict(*pair) in ("lost", "twice"))
    [(left,)] = town.rows(SPENT, {"accounts": town.account_ids})
    counts = {name: found[name] for name in ("once", "refused", "arrived", "missing", "lost", "twice")}
    return Result(case, len(rows), **counts, accepts_left=int(left), seconds=seconds, odd=odd)


def _verdict(state: str | None, messages: int) -> str:
    if messages > 1:
        return "twice"
    known = {
        ("sent", 1): "once",
        ("refused", 0): "refused",
        ("sending", 1): "arrived",
        ("sending", 0): "missing",
    }
    return known.get((state or "", messages), "lost")
