"""The acts of a meeting, each safe to repeat: where a reply is lost, the product is asked what has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from launcher.demo.expected import BLANK, PlannedMotion
from launcher.demo.http import Refused, Unanswered
from launcher.demo.product import Person, Product


@dataclass(frozen=True)
class Party:
    """What one owner votes for: the voting party of the meeting, with its area in 0.01 m²."""

    id: str
    area_centi: int
    doors: Sequence[str]


class Meeting:
    """One meeting, as the secretary handles it and the owners vote in it."""

    def __init__(self, product: Product, secretary: Person, compound_id: str, meeting_id: str) -> None:
        self.id = meeting_id
        self.path = f"/compounds/{compound_id}/meetings/{meeting_id}"
        self._product = product
        self._secretary = secretary

    def seen_by(self, person: Person) -> dict[str, Any]:
        """The meeting as a person sees it."""
        return self._product.get(self.path, person)

    def turnout(self, person: Person) -> dict[str, Any]:
        """How many took part so far."""
        return self._product.get(f"{self.path}/turnout", person)

    def add_motions(self, motions: Sequence[PlannedMotion]) -> list[str]:
        """Put the motions on the agenda; their ids in order."""
        for number, planned in enumerate(motions, start=1):
            self._add_motion(number, planned)
        return self._motions()

    def _add_motion(self, number: int, planned: PlannedMotion) -> None:
        body = {"matter": planned.matter, "title": planned.title, "text": planned.text}
        self._product.until(
            lambda: len(self._motions()) >= number, lambda: self._post(self._secretary, "motions", body)
        )

    def announce(self) -> dict[str, Any]:
        """Announce it; the meeting as announced."""
        return self._until_state("announced_at", "announcement")

    def publish(self) -> dict[str, Any]:
        """Publish the result; the meeting as published."""
        return self._until_state("published_at", "publication")

    def announce_final(self) -> dict[str, Any]:
        """Announce the result as final; the meeting as it stands then."""
        return self._until_state("finalized_at", "final-announcement")

    def count(self, supervisor: Person) -> dict[str, Any]:
        """Count by two people; the count record."""
        patience = self._product.api.patience()
        while True:
            try:
                self._post(self._secretary, "count")
                break
            except Unanswered as error:
                patience.wait(str(error))
            except Refused as refusal:
                if refusal.code != "count_already_approved":
                    raise
                break
        record: dict[str, Any] = self._product.until(
            lambda: self.seen_by(supervisor)["record"], lambda: self._post(supervisor, "count")
        )
        return record

    def party_of(self, owner: Person) -> Party:
        """The owner's one voting party."""
        (party,) = self.seen_by(owner)["my_parties"]
        return Party(party["id"], party["area_centi"], party["doors"])

    def cast(self, owner: Person, party: Party, choices: Mapping[str, str]) -> str:
        """Cast a ballot; the number of its receipt. One whose reply was lost is looked up. Raises Refused."""
        given = {motion: choice for motion, choice in choices.items() if choice != BLANK}
        patience, in_doubt = self._product.api.patience(), False
        while True:
            try:
                body = {"party_id": party.id, "choices": given}
                return str(self._post(owner, "ballots", body)["ballot_id"])
            except Unanswered as error:
                in_doubt = True
                patience.wait(str(error))
            except Refused as refusal:
                if not (in_doubt and refusal.code == "ballot_already_cast"):
                    raise
                return self.receipt_of(owner, choices) or ""

    def receipt_of(self, owner: Person, choices: Mapping[str, str]) -> str | None:
        """The number of the owner's ballot, if there is one with these choices."""
        (party,) = self.seen_by(owner)["my_parties"]
        return str(party["ballot_id"]) if party["choices"] == dict(choices) else None

    def _motions(self) -> list[str]:
        return [motion["id"] for motion in self.seen_by(self._secretary)["motions"]]

    def _until_state(self, moment: str, act: str) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            seen = self.seen_by(self._secretary)
            return seen if seen[moment] else None

        done: dict[str, Any] = self._product.until(reached, lambda: self._post(self._secretary, act))
        return done

    def _post(self, person: Person, act: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self._product.api.once("POST", f"{self.path}/{act}", person.token, json=body)


def prepare(
    product: Product, secretary: Person, compound_id: str, title: str, opens_at: datetime, closes_at: datetime
) -> Meeting:
    """A draft with this title, which no other meeting of the compound may have."""
    path = f"/compounds/{compound_id}/meetings"
    body = {
        "title": title,
        "convenor": "committee",
        "opens_at": opens_at.isoformat(),
        "closes_at": closes_at.isoformat(),
    }
    found = product.until(
        lambda: [one["id"] for one in product.get(path, secretary)["items"] if one["title"] == title],
        lambda: product.api.once("POST", path, secretary.token, json=body),
    )
    return Meeting(product, secretary, compound_id, found[0])


def next_title(product: Product, secretary: Person, compound_id: str, year: int) -> str:
    """A title that no meeting of the compound has yet."""
    titles = {one["title"] for one in product.get(f"/compounds/{compound_id}/meetings", secretary)["items"]}
    number = 1
    while (title := f"{year}年第{number}次业主大会") in titles:
        number += 1
    return title


def at(now: datetime, days: int, hour: int) -> datetime:
    """Full hour of the day so many days after `now`, in the time zone of `now`."""
    return datetime.combine(now.date() + timedelta(days=days), time(hour), now.tzinfo)
