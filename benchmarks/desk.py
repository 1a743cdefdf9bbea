"""What a secretary decides and residents book in a soak, and what the database must have of it afterwards."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString
from uuid import UUID, uuid4

import psycopg

from benchmarks import load
from benchmarks.patient import Client
from benchmarks.promises import Voter, code_of

SLOT_PLACES: Final = 20
_TAKEN: Final = frozenset({"slot_full", "already_booked", "busy_then"})
"""Refusals that a busy day has; nothing was promised."""
_NOT_DECIDED: Final = frozenset({"case_not_waiting", "too_many_requests"})
"""Another one of the desk was first; or one account decides for several people, and is told to be less hasty."""
_SERVICE: LiteralString = """
INSERT INTO offering (compound_id, id, kind, title, description, place, contact, organiser_id, cancel_minutes,
                      created_at, text_state, review)
VALUES (%(compound)s, %(offering)s, 'service', '测量服务', '测量用', '测量处', '测量', %(organiser)s, 120, now(),
        'shown', 'open');
INSERT INTO slot (compound_id, id, offering_id, starts_at, ends_at, capacity, taken, turns)
SELECT %(compound)s, uuid_v7(), %(offering)s, start, start + interval '30 minutes', %(places)s, 0, 0
FROM generate_series(date_trunc('hour', now()) + interval '3 days', now() + interval '18 days', interval '1 hour')
    AS start
"""
_BOOKED: LiteralString = "SELECT slot_id, person_id FROM booking WHERE compound_id = %s AND state = 'booked'"
_OVERBOOKED: LiteralString = """
SELECT count(*) FROM slot WHERE compound_id = %s AND (taken > capacity OR taken <> (
    SELECT count(*) FROM booking
    WHERE booking.compound_id = slot.compound_id AND slot_id = slot.id AND state = 'booked'))
"""
_DECIDED: LiteralString = """
SELECT review_case.id, wish.state, (
    SELECT count(*) FROM audit_event event
    WHERE event.compound_id = wish.compound_id AND event.subject_id = wish.id AND event.act = 'decide_review')
FROM review_case JOIN wish ON wish.compound_id = review_case.compound_id AND wish.id = review_case.subject_id
WHERE review_case.compound_id = %s AND review_case.state = 'accepted'
"""


@dataclass
class Desk:
    """What was answered: bookings, by slot and account; cases that the secretary's decision was taken for.

    unexpected: answers that nobody should get, by what was asked, status and code.
    """

    slots: Sequence[UUID] = ()
    bookings: set[tuple[UUID, UUID]] = field(default_factory=set)
    decisions: set[UUID] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)

    def open(self, connection: "psycopg.Connection[Any]", compound_id: UUID, organiser_id: UUID) -> None:
        """Put in a service with a slot an hour, from three days on for two weeks."""
        given = {"compound": compound_id, "offering": uuid4(), "organiser": organiser_id, "places": SLOT_PLACES}
        psycopg.ClientCursor(connection).execute(_SERVICE, given)
        self.slots = [one for (one,) in connection.execute("SELECT id FROM slot WHERE compound_id = %s", [compound_id])]

    async def book(self, client: Client, resident: Voter, dice: random.Random) -> None:
        """Take a place in some slot, under an Idempotency-Key."""
        slot = dice.choice(self.slots)
        path = f"/api/v1/compounds/{resident.compound_id}/slots/{slot}/booking"
        reply = await client.ask(load.post(path, b"{}", resident.token, str(uuid4())))
        if reply.status == 201:
            self.bookings.add((slot, resident.account_id))
        elif code_of(reply) in _TAKEN:
            self.refused[code_of(reply)] += 1
        else:
            self.unexpected[f"booking: {reply.status} {code_of(reply)}"] += 1

    async def decide(self, client: Client, compound_id: UUID, token: str, dice: random.Random) -> None:
        """Accept one of the cases that wait, under an Idempotency-Key, as one of several who sit at the desk."""
        path = f"/api/v1/compounds/{compound_id}/reviews"
        reply = await client.ask(load.get(f"{path}?limit=50", token))
        cases = reply.json["items"] if reply.status == 200 else []
        if reply.status != 200:
            self.unexpected[f"queue: {reply.status} {code_of(reply)}"] += 1
        if not cases:
            return
        case = dice.choice(cases)["id"]
        body = json.dumps({"accept": True}).encode()
        reply = await client.ask(load.post(f"{path}/{case}/decision", body, token, str(uuid4())))
        if reply.status == 200:
            self.decisions.add(UUID(case))
        elif code_of(reply) in _NOT_DECIDED:
            self.refused[code_of(reply)] += 1
        else:
            self.unexpected[f"decision: {reply.status} {code_of(reply)}"] += 1

    def kept(self, connection: "psycopg.Connection[Any]", compound_id: UUID) -> dict[str, int]:
        """What differs between answers and database; all zero: every promise was kept."""
        rows = connection.execute(_BOOKED, [compound_id]).fetchall()
        booked = {(slot, person) for slot, person in rows}
        decided = {case: (state, times) for case, state, times in connection.execute(_DECIDED, [compound_id])}
        [(overbooked,)] = connection.execute(_OVERBOOKED, [compound_id]).fetchall()
        return {
            "bookings_lost": len(self.bookings - booked),
            "bookings_doubled": len(rows) - len(booked),
            "bookings_of_nobody": len(booked - self.bookings),
            "slots_overbooked": overbooked,
            "decisions_lost": sum(decided.get(case, ("", 0))[0] != "published" for case in self.decisions),
            "decisions_doubled": sum(times > 1 for _, times in decided.values()),
            "decisions_of_nobody": len(decided.keys() - self.decisions),
        }
