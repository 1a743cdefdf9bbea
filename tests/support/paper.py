"""A table where staff take in paper ballots, over the API."""

from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core import clock
from app.core.db import db
from app.meetings.models import VotingPartyOwner
from app.meetings.sheets import sheet_id
from tests.support.files import pdf
from tests.support.world import Person, World


class Table:
    """One announced meeting's paper."""

    def __init__(self, world: World, path: str) -> None:
        self.world, self.path = world, path
        self.meeting_id = UUID(path.rpartition("/")[2])
        self.motions = [one["id"] for one in world.api(world.secretary)("GET", path).json["motions"]]

    def party_of(self, owner: Person) -> UUID:
        of_owner = (VotingPartyOwner.meeting_id == self.meeting_id, VotingPartyOwner.owner_id == owner.owner_id)
        return db.session.scalars(select(VotingPartyOwner.party_id).where(*of_owner)).one()

    def qr(self, owner: Person) -> str:
        return sheet_id(self.meeting_id, self.party_of(owner))

    def receive(
        self, owner: Person | None, moment: datetime | None = None, by: Person | None = None, **fields: Any
    ) -> TestResponse:
        """Register the owner's sheet; None: one that names nobody. `moment`: when it was handed in, else now."""
        said = {"sheet": self.qr(owner)} if owner else {"reason": "二维码破损"}
        whole = {"received_at": (moment or clock.now()).isoformat(), **said, **fields}
        form = {name: value for name, value in whole.items() if value is not None}
        form.setdefault("file", (BytesIO(pdf()), "选票.pdf"))
        api = self.world.api(by or self.world.secretary)
        return api("POST", f"{self.path}/paper-sheets", data=form, content_type="multipart/form-data")

    def received(self, owner: Person | None, received_at: datetime | None = None) -> dict[str, Any]:
        answer = self.receive(owner, received_at)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json
        return found

    def entry(self, *choices: str, **more: Any) -> dict[str, Any]:
        return {"choices": dict(zip(self.motions, choices, strict=False)), **more}

    def enter(self, person: Person, sheet: dict[str, Any], *choices: str, **more: Any) -> TestResponse:
        path = f"{self.path}/paper-sheets/{sheet['id']}/entries"
        return self.world.api(person)("POST", path, self.entry(*choices, **more))

    def confirmed(
        self, owner: Person, *choices: str, received_at: datetime | None = None, **more: Any
    ) -> dict[str, Any]:
        """The sheet of an owner, entered alike by secretary and supervisor; what the second is answered."""
        sheet = self.received(owner, received_at)
        first = self.enter(self.world.secretary, sheet, *choices, **more)
        assert (first.status_code, first.json["state"]) == (200, "open"), first.text
        second = self.enter(self.world.supervisor, sheet, *choices, **more)
        assert (second.status_code, second.json["state"]) == (200, "confirmed"), second.text
        found: dict[str, Any] = second.json
        return found

    def settle(self, sheet: dict[str, Any], by: Person | None = None, reason: str = "已核对") -> TestResponse:
        path = f"{self.path}/paper-sheets/{sheet['id']}/settlement"
        return self.world.api(by or self.world.secretary)("POST", path, {"reason": reason})

    def set_aside(self, sheet: dict[str, Any], reason: str = "已核对") -> TestResponse:
        """By two people: the secretary asks, the supervisor does it."""
        assert self.settle(sheet, reason=reason).json["state"] in ("open", "mismatched")
        return self.settle(sheet, self.world.supervisor, reason)

    def release(self, sheet: dict[str, Any], place: int, by: Person | None = None) -> TestResponse:
        path = f"{self.path}/paper-sheets/{sheet['id']}/enterers/{place}/release"
        return self.world.api(by or self.world.secretary)("POST", path, {"reason": "录入人外出"})

    def scan(self, sheet: dict[str, Any], by: Person) -> TestResponse:
        return self.world.api(by)("GET", f"{self.path}/paper-sheets/{sheet['id']}/scan")

    def take(self, sheet: dict[str, Any], by: Person) -> TestResponse:
        return self.world.api(by)("POST", f"{self.path}/paper-sheets/{sheet['id']}/enterers")

    def show(self, sheet: dict[str, Any], by: Person) -> TestResponse:
        return self.world.api(by)("GET", f"{self.path}/paper-sheets/{sheet['id']}")

    def approve(self, person: Person) -> TestResponse:
        return self.world.api(person)("POST", f"{self.path}/count")

    def count(self) -> dict[str, Any]:
        """The count record; the clock must stand after the close."""
        assert self.approve(self.world.secretary).status_code == 200
        answer = self.approve(self.world.supervisor)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json["record"]
        return found
