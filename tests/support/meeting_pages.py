"""A meeting's page in tests: as it is answered before Flask, as its route gives it, and asked for with its tag."""

from collections import Counter
from collections.abc import Sequence
from itertools import cycle

import pytest
from werkzeug.test import TestResponse

from miniprogram_api.meetings import early
from tests.support.homes import committed
from tests.support.world import Person, World


class Readers:
    """Those who look at a meeting again and again. `answered` counts how: early, unchanged, or by the route.

    `states`: those in which the meeting was, of what was answered early.
    """

    def __init__(self, world: World, path: str, people: Sequence[Person], in_turn: Sequence[Person] = ()) -> None:
        """`in_turn`: of these one at a time looks with the others."""
        self.world, self.path, self.people, self._others = (
            world,
            path,
            people,
            cycle([[one] for one in in_turn] or [[]]),
        )
        self.answered: Counter[str] = Counter()
        self.states: set[str] = set()
        self._seen: dict[str, TestResponse] = {}

    def look(self) -> None:
        """Everybody looks. Fails where anybody is not shown what the route shows, byte for byte."""
        committed()
        for person in (*self.people, *next(self._others)):
            before = self._seen.get(person.token)
            asked = self.page(person, before.headers["ETag"]) if before else None
            first, by_route = self.page(person), self.by_route(person)
            again = first if "ETag" in first.headers else self.page(person)
            for answer in (first, again):
                assert (answer.status_code, answer.data) == (by_route.status_code, by_route.data), by_route.text
            if asked is not None and asked.status_code == 304:
                assert before
                assert before.data == by_route.data, f"304, but it was {before.text} and is {by_route.text}"
                self.answered["unchanged"] += 1
            elif asked is not None:
                assert (asked.status_code, asked.data) == (by_route.status_code, by_route.data)
            self.answered["early" if "ETag" in again.headers else "route"] += 1
            if "ETag" in again.headers:
                self._seen[person.token] = again
                self.states.add(again.json["state"])
            else:
                self._seen.pop(person.token, None)

    def page(self, person: Person, etag: str | None = None) -> TestResponse:
        headers = {"Authorization": f"Bearer {person.token}", "X-Request-ID": "a-phone-1"}
        if etag:
            headers["If-None-Match"] = etag
        return self.world.application.test_client().get(f"/api/v1{self.path}", headers=headers)

    def by_route(self, person: Person) -> TestResponse:
        """As if nothing were answered early."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(early.reading, "page_at_once", lambda *_: None)
            return self.page(person)
