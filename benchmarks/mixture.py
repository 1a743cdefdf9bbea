"""Everything at once, as a soak asks for it: residents and a secretary, at a rate or as fast as it goes."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg

from app.core.unit_of_work import unit_of_work
from app.identity.console import sessions
from benchmarks import cast, load
from benchmarks.desk import Desk
from benchmarks.failover import MEETING, give_phones
from benchmarks.patient import Client, GaveUp, Record
from benchmarks.promises import Promises, Voter
from benchmarks.town import Town

CLIENTS: Final = 32
BROWSERS: Final = 8
"""In which the secretary is signed in: each is kept alive by its pages, one after the other."""
PATIENCE_S: Final = 120
"""How long a client repeats its request: longer than the whole group takes to be killed and to start anew."""
SHARES: Final = {
    "ballot": 20,
    "wish": 6,
    "booking": 6,
    "decision": 4,
    "home": 24,
    "meeting": 12,
    "turnout": 12,
    "page": 16,
}
"""In a hundred. A wish is submitted too; a decision looks into the queue and accepts one; a page is the console's."""
SECRETARY: Final = UUID("0198c0de-0000-7000-8000-0000000000c1")
SECRETARYS_TOKEN: Final = "secretary"  # noqa: S105 it opens nothing but this benchmark's database
_SECRETARY: LiteralString = """
INSERT INTO account (id, openid, created_at) VALUES (%(id)s, 'secretary', now());
INSERT INTO appointment (id, org_unit_id, role, phone_hash, account_id, appointed_at)
VALUES (uuid_v7(), %(compound)s, 'secretary', sha256('secretary'), %(id)s, now());
INSERT INTO login_session (token_hash, account_id, created_at, expires_at)
VALUES (sha256(convert_to(%(token)s, 'utf8')), %(id)s, now(), now() + interval '30 days')
"""
_PAGES: Final = ("", "meetings/", f"meetings/{MEETING}/", "reviews/")

Act = Callable[[Client], Awaitable[object]]


@dataclass
class Mixture:
    """What is asked for, by lot in the SHARES, and what was answered."""

    voters: Iterator[Voter]
    readers: Sequence[Voter]
    cookies: Sequence[str]
    desk: Desk
    promises: Promises = field(default_factory=Promises)
    statuses: Counter[str] = field(default_factory=Counter)
    gave_up: list[str] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(8))

    def draw(self) -> Act:
        """The next thing that somebody does."""
        [what] = self.dice.choices(list(SHARES), list(SHARES.values()))
        if what == "ballot" and (voter := next(self.voters, None)):
            return lambda client: self.promises.cast(client, voter, MEETING, cast.MOTIONS)
        reader = self.dice.choice(self.readers)
        if what == "wish":
            return lambda client: self.promises.submitted_wish(client, reader)
        if what == "booking":
            return lambda client: self.desk.book(client, reader, self.dice)
        if what == "decision":
            return lambda client: self.desk.decide(client, cast.COMPOUND, SECRETARYS_TOKEN, self.dice)
        if what == "page":
            return self._get(
                what,
                f"/console/compounds/{cast.COMPOUND}/{self.dice.choice(_PAGES)}",
                cookie=self.dice.choice(self.cookies),
            )
        path = {"home": "home", "turnout": f"meetings/{MEETING}/turnout"}.get(what, f"meetings/{MEETING}")
        return self._get(what, f"/api/v1/compounds/{cast.COMPOUND}/{path}", token=reader.token)

    def refused(self) -> int:
        """Reads that were not answered as they should."""
        return sum(times for what, times in self.statuses.items() if not what.endswith((" 200", " 304")))

    def kept(self, town: Town) -> dict[str, int]:
        """What differs between answers and database; all zero: every promise was kept."""
        with town.database() as connection:
            found = self.promises.kept(connection, cast.COMPOUND)
            of_desk = self.desk.kept(connection, cast.COMPOUND)
        return {**found, **of_desk, "unexpected": found["unexpected"] + self.desk.unexpected.total()}

    def unexpected(self) -> dict[str, int]:
        """Answers that nobody should get, by what was asked, status and code."""
        return dict(self.promises.unexpected + self.desk.unexpected)

    def _get(self, what: str, path: str, **who: str) -> Act:
        async def act(client: Client) -> None:
            reply = await client.ask(load.get(path, **who))
            self.statuses[f"{what} {reply.status}"] += 1

        return act


def seed(town: Town, voters: int) -> Mixture:
    """A compound with an open meeting, so many owners with phones, a service to book, and a secretary."""
    people = [
        Voter(cast.COMPOUND, seat.party_id, seat.account_id, seat.token)
        for seat in cast.seed(town.settings, voters, [MEETING])
    ]
    give_phones(town)
    given = {"id": SECRETARY, "compound": cast.COMPOUND, "token": SECRETARYS_TOKEN}
    desk = Desk()
    with town.database() as connection:
        psycopg.ClientCursor(connection).execute(_SECRETARY, given)
        desk.open(connection, cast.COMPOUND, SECRETARY)
    with unit_of_work():
        cookies = [f"console={sessions.open_session(SECRETARY, '测量').token}" for _ in range(BROWSERS)]
    return Mixture(iter(people), people, cookies, desk)


async def act(mixture: Mixture, ports: Sequence[int], record: Record, seconds: float, rate: float) -> float:
    """Let the clients act for so long, `rate` acts a second together (0: as fast as it goes); the rate reached.

    With a rate, what is late is caught up with: a pause of the server takes nothing away of what is asked for.
    """
    began, turns = time.monotonic(), count(1)

    async def one_by_one(number: int) -> None:
        client = Client(ports, record, number, patience_s=PATIENCE_S)
        while True:
            due = began + next(turns) / rate if rate else began
            if max(due, time.monotonic()) >= began + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            try:
                await mixture.draw()(client)
            except GaveUp as error:
                mixture.gave_up.append(str(error))
        client.close()

    before = len(record.answered_at)
    await asyncio.gather(*(one_by_one(number) for number in range(CLIENTS)))
    return (len(record.answered_at) - before) / (time.monotonic() - began)


def figures(mixture: Mixture) -> dict[str, Any]:
    """How much of each was answered."""
    return {
        "ballots": len(mixture.promises.ballots),
        "wishes": len(mixture.promises.wishes),
        "bookings": len(mixture.desk.bookings),
        "decisions": len(mixture.desk.decisions),
        "reads": dict(sorted(mixture.statuses.items())),
        "found_in_already": mixture.promises.found,
        "not_given": dict(sorted(mixture.desk.refused.items())),
    }
