"""What residents were promised, beside what the database has: no accepted ballot lost or doubled, one act a key."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

import psycopg

from benchmarks import load
from benchmarks.patient import Client, Reply

_BALLOTS: Final = "SELECT meeting_id, party_id, id FROM ballot WHERE compound_id = %s"
_WISHES: Final = "SELECT id, text FROM wish WHERE compound_id = %s AND text LIKE 'promise-%%'"
_RECEIPTS: Final = "SELECT dedup_key FROM outbox WHERE compound_id = %s AND kind = 'ballot_received'"


_SUBMITTED: Final = "SELECT count(*) FROM wish WHERE compound_id = %s AND id = ANY(%s) AND state <> 'draft'"


class Voter(NamedTuple):
    """Somebody with one vote."""

    compound_id: UUID
    party_id: UUID
    account_id: UUID
    token: str


@dataclass
class Promises:
    """What was answered.

    ballots      the ballot that a party's receipt names, by meeting and party
    wishes       the wish that was answered, by its text, which is one of a kind
    submitted    the wishes that lie before the reviewers
    accepted     ballots that the first answer accepted
    found        ballots that a repeated request found to be in already
    replayed     wishes that a repeated request was answered with the first answer
    unexpected   any other answer, by what was asked, status and code
    """

    ballots: dict[tuple[UUID, UUID], UUID] = field(default_factory=dict)
    wishes: dict[str, UUID] = field(default_factory=dict)
    submitted: list[UUID] = field(default_factory=list)
    accepted: int = 0
    found: int = 0
    unexpected: Counter[str] = field(default_factory=Counter)

    async def cast(self, client: Client, voter: Voter, meeting_id: UUID, motions: Sequence[UUID]) -> None:
        """Cast a ballot until it is in; a repeated one is refused by an answer that names the first."""
        body = {"party_id": str(voter.party_id), "choices": {str(motion): "for" for motion in motions}}
        path = f"/api/v1/compounds/{voter.compound_id}/meetings/{meeting_id}/ballots"
        reply = await client.ask(load.post(path, json.dumps(body).encode(), voter.token))
        if reply.status == 201:
            self.accepted += 1
            self.ballots[meeting_id, voter.party_id] = UUID(reply.json["ballot_id"])
        elif reply.tries > 1 and code_of(reply) == "ballot_already_cast":
            self.found += 1
            self.ballots[meeting_id, voter.party_id] = UUID(reply.json["error"]["details"]["ballot_id"])
        else:
            self._unexpected("ballot", reply)

    async def wish(self, client: Client, voter: Voter) -> UUID | None:
        """Write a wish under an Idempotency-Key until it is there; its id."""
        key = uuid4()
        text = f"promise-{key}"
        body = json.dumps({"text": text, "category": "repair"}).encode()
        path = f"/api/v1/compounds/{voter.compound_id}/wishes"
        reply = await client.ask(load.post(path, body, voter.token, str(key)))
        if reply.status == 201:
            return self.wishes.setdefault(text, UUID(reply.json["id"]))
        self._unexpected("wish", reply)
        return None

    async def submitted_wish(self, client: Client, voter: Voter) -> None:
        """Write a wish and put it before the reviewers, each under an Idempotency-Key."""
        if wish := await self.wish(client, voter):
            path = f"/api/v1/compounds/{voter.compound_id}/wishes/{wish}/submission"
            reply = await client.ask(load.post(path, b"", voter.token, str(uuid4())))
            if reply.status == 200:
                self.submitted.append(wish)
            else:
                self._unexpected("submission", reply)

    def kept(self, connection: "psycopg.Connection[Any]", compound_id: UUID) -> dict[str, int]:
        """What differs between answers and database; all zero: every promise was kept."""
        rows = connection.execute(_BALLOTS, [compound_id]).fetchall()
        ballots = {(meeting, party): id for meeting, party, id in rows}
        wishes = list(connection.execute(_WISHES, [compound_id]))
        told = Counter(key for (key,) in connection.execute(_RECEIPTS, [compound_id]))
        by_text = {text: id for id, text in wishes}
        [(before_reviewers,)] = connection.execute(_SUBMITTED, [compound_id, self.submitted]).fetchall()
        return {
            "ballots_lost": sum(ballots.get(seat) != id for seat, id in self.ballots.items()),
            "ballots_doubled": len(rows) - len(ballots),
            "ballots_of_nobody": len(ballots.keys() - self.ballots.keys()),
            "wishes_lost": sum(by_text.get(text) != id for text, id in self.wishes.items()),
            "wishes_doubled": len(wishes) - len(by_text),
            "submissions_lost": len(self.submitted) - before_reviewers,
            "receipts_missing": sum(not told[f"ballot_received:{id}"] for id in ballots.values()),
            "unexpected": self.unexpected.total(),
        }

    def _unexpected(self, what: str, reply: Reply) -> None:
        self.unexpected[f"{what}: {reply.status} {code_of(reply)}"] += 1


def code_of(reply: Reply) -> str:
    """The code of a refusal, or ""."""
    return str(reply.json.get("error", {}).get("code", "")) if reply.body[:1] == b"{" else ""
