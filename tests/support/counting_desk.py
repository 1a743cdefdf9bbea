"""Meetings in the served product, brought to any stage from paper ballots to the final announcement."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from app.core import clock
from tests.support.console import ConsoleWorld
from tests.support.files import picture
from tests.support.paper import Table
from tests.support.world import Person

ELECTION = {"matter": 3, "title": "选举业主委员会", "text": "选举委员五名。", "seats": 5}


class CountedMeeting:
    """A meeting of some owners; each step goes on from the one before, and moves the product's clock."""

    def __init__(self, town: ConsoleWorld, *matters: int, owners: int = 4, candidates: int = 0) -> None:
        self.town, self.owners = town, town.owners(owners)
        self.path = town.draft(*matters or (5, 8))
        if candidates:
            self._add_election(candidates)
        announced = town.api(town.secretary)("POST", f"{self.path}/announcement")
        assert announced.status_code == 200, announced.text
        self.table = Table(town, self.path)
        self.desk = f"/console/compounds/{town.compound}/meetings/{self.table.meeting_id}"

    def _add_election(self, candidates: int) -> None:
        api = self.town.api(self.town.secretary)
        self.election = api("POST", f"{self.path}/motions", ELECTION).json["id"]
        self.candidates = [
            api(
                "POST",
                f"{self.path}/motions/{self.election}/candidates",
                {"name": f"候选人{number}", "statement": "愿为大家服务。"},
            ).json["id"]
            for number in range(candidates)
        ]

    def opened(self) -> "CountedMeeting":
        self.town.product.move_clock(clock.now() + timedelta(days=16, minutes=1))
        return self

    def closed(self) -> "CountedMeeting":
        self.town.product.move_clock(clock.now() + timedelta(days=10, minutes=1))
        return self

    def voted(self, *choices: str) -> "CountedMeeting":
        """All owners have voted alike."""
        for owner in self.owners:
            answer = self.town.cast(owner, self.path, *(choices or ("for", "for")))
            assert answer.status_code == 201, answer.text
        return self

    def marked(self, owner: Person, *numbers: int) -> None:
        """An owner's ballot in the app, with marks for the candidates of these numbers."""
        body = self.town.ballot(owner, self.path, "for")
        body["marks"] = {self.election: [self.candidates[number] for number in numbers]}
        answer = self.town.api(owner)("POST", f"{self.path}/ballots", body)
        assert answer.status_code == 201, answer.text

    def counted(self) -> "CountedMeeting":
        self.table.count()
        return self

    def published(self) -> "CountedMeeting":
        self._post("publication")
        return self

    def final(self) -> "CountedMeeting":
        self.town.product.move_clock(clock.now() + timedelta(days=8))
        self._post("final-announcement")
        return self

    def sheet(self, owner: Person, **fields: Any) -> dict[str, Any]:
        """A sheet that was handed in, with a picture as its scan."""
        answer = self.table.receive(owner, file=(BytesIO(picture("JPEG", 900, 1270)), "选票.jpg"), **fields)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json
        return found

    def mandate(self, owner: Person, phone: str = "13900000104") -> str:
        """An owner's mandate from paper; its id."""
        form = {"owner_id": str(owner.owner_id), "proxy_phone": phone, "proxy_name": "代理某"}
        file = (BytesIO(picture()), "委托书.png")
        path = f"{self.path}/parties/{self.table.party_of(owner)}/paper-mandates"
        answer = self.town.api(self.town.secretary)(
            "POST", path, data={**form, "file": file}, content_type="multipart/form-data"
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def objection(self, owner: Person) -> str:
        """An owner's objection to the whole result; its id."""
        answer = self.town.api(owner)("POST", f"{self.path}/result-objections", {"text": "三号楼有两张票没有计入。"})
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def state(self) -> str:
        return str(self.town.api(self.town.secretary)("GET", self.path).json["state"])

    def _post(self, act: str) -> dict[str, Any]:
        answer = self.town.api(self.town.secretary)("POST", f"{self.path}/{act}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found
