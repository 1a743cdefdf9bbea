"""The red/black list in tests, over the API."""

from datetime import datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from app.moderation.check_models import Suggest
from app.org.models import Role
from tests.support.kept import kept
from tests.support.moderation import said
from tests.support.world import START, Person, World, at

TEXT = "有人在楼道里堆放杂物，堵塞消防通道。"
HEARD = START + timedelta(days=4)
"""After the hearing of what was accepted on the first day."""
NAMES = ("甲某某", "乙某某", "丙某某")


class Notices:
    """A compound with two neighbours and somebody whom entries are about, a steward, and those who review."""

    def __init__(self, world: World, building: str = "1栋") -> None:
        self.world = world
        self.path = f"/compounds/{world.compound}/notices"
        self.secretary, self.officer = world.secretary, world.supervisor
        with world.together():
            self.concerned, self.neighbour, self.other = (
                world.owner(world.unit(f"{number}01", building=building), name=name)
                for number, name in enumerate(NAMES, start=1)
            )
            self.steward = world.official(Role.STEWARD, world.compound)
            self.street = world.official(Role.COMMUNITY_OFFICER, world.community)
            elsewhere = world.add_compound("另一小区")
            self.foreigner = world.owner(world.unit("101", compound=elsewhere), name="丁某某")
            self.stranger = world.person()

    def call(self, person: Person | None, method: str, path: str = "", body: Any = None) -> TestResponse:
        return self.world.api(person)(method, self.path + path, body)

    @kept
    def draft(self, colour: str = "black", about: Person | None = None, **fields: Any) -> str:
        """A draft of the steward; its id."""
        body = {"colour": colour, "category": "fire_safety", "title": "楼道堆物", "text": TEXT, **fields}
        if about:
            body["owner_ids"] = [str(about.owner_id)]
        made = self.call(self.steward, "POST", "", body)
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    @kept
    def reviewing(self, colour: str = "black", about: Person | None = None, **fields: Any) -> str:
        entry = self.draft(colour, about, **fields)
        assert self.call(self.steward, "POST", f"/{entry}/submission").status_code == 200
        return entry

    def decide(self, entry: str, accept: bool = True, by: Person | None = None) -> TestResponse:
        """The review of an entry, by the secretary or somebody else."""
        self.checked(entry)
        reviews = f"/compounds/{self.world.compound}/reviews"
        waiting = self.world.api(self.officer)("GET", f"{reviews}?limit=100").json["items"]
        case = next((one["id"] for one in waiting if one["subject_id"] == entry), None)
        refusal = {} if accept else {"ground": "unclear", "reason": "请写清楚地点"}
        return self.world.api(by or self.secretary)("POST", f"{reviews}/{case}/decision", {"accept": accept, **refusal})

    def checked(self, entry: str, suggest: Suggest = Suggest.PASS) -> None:
        """Let WeChat have answered about the text of an entry."""
        said(entry, suggest)

    @kept
    def hearing(self, colour: str = "black", about: Person | None = None, **fields: Any) -> str:
        entry = self.reviewing(colour, about, **fields)
        assert self.decide(entry).status_code == 200
        return entry

    @kept
    def published(self, colour: str = "black", about: Person | None = None, **fields: Any) -> str:
        """An entry that was accepted on the first day and published on the fifth."""
        entry = self.hearing(colour, about, **fields)
        with at(HEARD):
            answer = self.call(self.secretary, "POST", f"/{entry}/publication")
        assert answer.status_code == 200, answer.text
        return entry

    def appeal(self, person: Person, entry: str, **body: Any) -> TestResponse:
        return self.call(person, "POST", f"/{entry}/appeals", {"text": "情况不属实", **body})

    @kept
    def appealed(self, person: Person, entry: str) -> str:
        """An appeal; its id."""
        made = self.appeal(person, entry)
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    def decide_appeal(self, person: Person, appeal: str, uphold: bool, **more: Any) -> TestResponse:
        body = {"uphold": uphold, "reason": "已经核实", **more}
        return self.call(person, "POST", f"/appeals/{appeal}/decision", body)

    def state(self, entry: str, moment: datetime | None = None, person: Person | None = None) -> str:
        with at(moment or START):
            answer = self.call(person or self.secretary, "GET", f"/{entry}")
        return str(answer.json["state"]) if answer.status_code == 200 else str(answer.status_code)

    def agree(self, person: Person, entry: str, agree: bool = True, version: int = 1) -> TestResponse:
        return self.call(person, "PUT", f"/{entry}/consent", {"agree": agree, "version": version})


def code(answer: TestResponse) -> str | None:
    """The code of a refusal; None: it was none."""
    return None if answer.status_code < 400 else str(answer.json["error"]["code"])
