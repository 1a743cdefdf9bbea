"""Wishes in tests, over the API."""

from typing import Any

from werkzeug.test import TestResponse

from app.moderation.check_models import Suggest
from app.org.models import Role
from tests.support.kept import kept
from tests.support.moderation import said
from tests.support.world import Person, World

TEXT = "家里的水龙头一直漏水，想请会修的邻居来看一看。"


class Wishes:
    """A compound of five homes with a poster, two neighbours, a steward and those who review."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.path = f"/compounds/{world.compound}/wishes"
        names = ("张三丰", "李四光", "王五一")
        with world.together():
            self.homes = [world.unit(f"{number}01") for number in range(1, 7)]
            self.poster, self.helper, self.other = (
                world.owner(home, name=name) for home, name in zip(self.homes, names, strict=False)
            )
            self.steward = world.official(Role.STEWARD, world.compound)
        self.secretary, self.officer = world.secretary, world.supervisor

    def call(
        self, person: Person | None, method: str, path: str = "", body: Any = None, **options: Any
    ) -> TestResponse:
        return self.world.api(person)(method, self.path + path, body, **options)

    @kept
    def draft(self, person: Person | None = None, **fields: Any) -> str:
        """A draft of the poster, or of somebody else; its id."""
        body = {"text": TEXT, "category": "repair", **fields}
        made = self.call(person or self.poster, "POST", "", body)
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    @kept
    def submitted(self, person: Person | None = None, **fields: Any) -> str:
        """A wish that waits for a reviewer: WeChat found nothing."""
        return self.submit(self.draft(person, **fields), person)

    def submit(self, wish: str, person: Person | None = None) -> str:
        assert self.call(person or self.poster, "POST", f"/{wish}/submission").status_code == 200
        self.said(wish)
        return wish

    def said(self, subject: str, suggest: Suggest = Suggest.PASS) -> None:
        """Take over that WeChat says this of everything in the subject's case."""
        said(subject, suggest)

    def case_of(self, wish: str) -> str:
        """The open case of a wish."""
        waiting = self.reviews(self.officer, "GET", "?limit=100").json["items"]
        return next(str(case["id"]) for case in waiting if case["subject_id"] == wish)

    def reviews(self, person: Person | None, method: str, path: str = "", body: Any = None) -> TestResponse:
        return self.world.api(person)(method, f"/compounds/{self.world.compound}/reviews{path}", body)

    def decide(self, wish: str, accept: bool, by: Person | None = None, **more: Any) -> TestResponse:
        refusal = {} if accept else {"ground": "unclear", "reason": "请写清楚需要什么帮助"}
        body = {"accept": accept, **refusal, **more}
        return self.reviews(by or self.secretary, "POST", f"/{self.case_of(wish)}/decision", body)

    @kept
    def published(self, person: Person | None = None, **fields: Any) -> str:
        wish = self.submitted(person, **fields)
        answer = self.decide(wish, True, by=self.officer)
        assert answer.status_code == 200, answer.text
        return wish

    @kept
    def claimed(self, by: Person | None = None, person: Person | None = None, **fields: Any) -> str:
        wish = self.published(person, **fields)
        assert self.call(by or self.helper, "POST", f"/{wish}/claim").status_code == 201
        return wish

    def state(self, wish: str, person: Person | None = None) -> str:
        return str(self.call(person or self.poster, "GET", f"/{wish}").json["state"])

    def in_state(self, state: str) -> str:
        """A wish of the poster in this state, claimed by the helper where it is claimed."""
        return str(getattr(self, f"_{state}")())

    def _draft(self) -> str:
        return self.draft()

    def _checking(self) -> str:
        return self.submitted()

    @kept
    def _returned(self) -> str:
        wish = self.submitted()
        assert self.decide(wish, False).status_code == 200
        return wish

    def _published(self) -> str:
        return self.published()

    def _claimed(self) -> str:
        return self.claimed()

    @kept
    def _fulfilled(self) -> str:
        wish = self.claimed()
        assert self.call(self.helper, "POST", f"/{wish}/fulfilment", {"note": "换了新的"}).status_code == 200
        return wish

    @kept
    def _rated(self) -> str:
        wish = self._fulfilled()
        assert self.call(self.poster, "POST", f"/{wish}/rating", {"rating": 5}).status_code == 200
        return wish

    @kept
    def _withdrawn(self) -> str:
        wish = self.published()
        assert self.call(self.poster, "POST", f"/{wish}/withdrawal").status_code == 200
        return wish
