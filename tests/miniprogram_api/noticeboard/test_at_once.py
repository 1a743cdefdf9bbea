"""The red/black list at the same moment, with real commits on real connections.

NOTICES_RUNS says how often (`make stress-noticeboard` runs each fifty times).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.audit import AuditEvent
from app.core.db import db, dispose_of_engines
from app.noticeboard.models import Entry, EntryPerson, Nomination, Statement
from tests.miniprogram_api.test_co_owners_at_once import at_once
from tests.support.notices import HEARD, Notices
from tests.support.world import START, Person, World, at

RUNS = range(int(os.environ.get("NOTICES_RUNS", "5")))
Request = tuple[Person, str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def notices(committing: Flask) -> Iterator[Notices]:
    with committing.app_context(), at(START):
        made = Notices(World(committing))
        db.session.commit()
        yield made
        db.session.remove()
        dispose_of_engines()


def send(notices: Notices, *requests: Request) -> list[int]:
    db.session.rollback()
    statuses = at_once(
        notices.world.application, *[(one, method, notices.path + path, body) for one, method, path, body in requests]
    )
    db.session.rollback()
    return statuses


def acts(entry: str, act: str) -> int:
    counted = select(func.count()).where(AuditEvent.subject_id == UUID(entry), AuditEvent.act == act)
    found = db.session.scalar(counted) or 0
    db.session.rollback()
    return found


@contextmanager
def fresh() -> Iterator[None]:
    db.session.rollback()
    yield
    db.session.rollback()


def entry_of(notices: Notices, entry: str) -> Entry:
    found = db.session.get_one(Entry, (notices.world.compound, UUID(entry)), populate_existing=True)
    db.session.refresh(found)
    return found


def test_of_two_reviewers_at_once_one_decides(notices: Notices):
    for _ in RUNS:
        entry = notices.reviewing("black", notices.concerned)
        notices.checked(entry)
        reviews = f"/compounds/{notices.world.compound}/reviews"
        waiting = notices.world.api(notices.officer)("GET", f"{reviews}?limit=100").json["items"]
        case = next(one["id"] for one in waiting if one["subject_id"] == entry)
        path = f"{reviews}/{case}/decision"
        refusal = {"accept": False, "ground": "unclear", "reason": "请写清楚"}
        db.session.rollback()
        statuses = at_once(
            notices.world.application,
            (notices.secretary, "POST", path, {"accept": True}),
            (notices.officer, "POST", path, refusal),
        )
        assert sorted(statuses) == [200, 409]
        with fresh():
            assert entry_of(notices, entry).state == ("hearing" if statuses[0] == 200 else "returned")


def test_of_two_taps_one_hands_in_and_of_two_publishers_one_publishes(notices: Notices):
    for _ in RUNS:
        entry = notices.draft("black", notices.concerned)
        tap: Request = (notices.steward, "POST", f"/{entry}/submission", {})
        assert sorted(send(notices, tap, tap)) == [200, 409]
        assert notices.decide(entry).status_code == 200
        with at(HEARD):
            path = f"/{entry}/publication"
            statuses = send(notices, (notices.secretary, "POST", path, {}), (notices.officer, "POST", path, {}))
        assert sorted(statuses) == [200, 409]
        assert acts(entry, "publish_notice") == 1


def test_an_appeal_that_races_the_publication_holds_it_up_or_stands_against_what_is_published(notices: Notices):
    for _ in RUNS:
        entry = notices.hearing("black", notices.concerned)
        with at(HEARD):
            published, appealed = send(
                notices,
                (notices.secretary, "POST", f"/{entry}/publication", {}),
                (notices.concerned, "POST", f"/{entry}/appeals", {"text": "情况不属实"}),
            )
        assert appealed == 201
        with fresh():
            assert entry_of(notices, entry).state == ("published" if published == 200 else "hearing")
            assert published in (200, 409)
            assert db.session.scalars(select(Statement.state).where(Statement.entry_id == UUID(entry))).all() == [
                "open"
            ]


def test_an_owner_s_two_taps_on_appeal_are_one_appeal(notices: Notices):
    for _ in RUNS:
        entry = notices.hearing("black", notices.concerned)
        tap: Request = (notices.concerned, "POST", f"/{entry}/appeals", {"text": "情况不属实"})
        assert sorted(send(notices, tap, tap, tap)) == [201, 409, 409]


def test_of_two_decisions_on_an_appeal_one_counts(notices: Notices):
    for _ in RUNS:
        entry = notices.hearing("black", notices.concerned)
        path = f"/appeals/{notices.appealed(notices.concerned, entry)}/decision"
        uphold, dismiss = {"uphold": True, "reason": "成立"}, {"uphold": False, "reason": "不成立"}
        statuses = send(notices, (notices.officer, "POST", path, uphold), (notices.street, "POST", path, dismiss))
        assert sorted(statuses) == [200, 409]
        with fresh():
            assert entry_of(notices, entry).state == ("taken_down" if statuses[0] == 200 else "hearing")


def test_a_consent_withdrawn_while_the_entry_is_published_shows_no_name(notices: Notices):
    for _ in RUNS:
        entry = notices.hearing("red", notices.concerned)
        assert notices.agree(notices.concerned, entry).status_code == 200
        with at(HEARD):
            statuses = send(
                notices,
                (notices.secretary, "POST", f"/{entry}/publication", {}),
                (notices.concerned, "DELETE", f"/{entry}/consent", {}),
            )
            assert statuses == [200, 200]
            shown = notices.call(notices.neighbour, "GET", f"/{entry}").json
        assert (shown["state"], shown["names"]) == ("published", [])
        with fresh():
            person = select(EntryPerson.consent).where(EntryPerson.entry_id == UUID(entry))
            assert db.session.scalars(person).one() == "withdrawn"


def test_a_publication_and_a_withdrawal_at_once_leave_one_of_the_two(notices: Notices):
    for _ in RUNS:
        entry = notices.hearing("black", notices.concerned)
        with at(HEARD):
            statuses = send(
                notices,
                (notices.secretary, "POST", f"/{entry}/publication", {}),
                (notices.steward, "POST", f"/{entry}/withdrawal", {}),
            )
        assert sorted(statuses) == [200, 409]
        with fresh():
            assert entry_of(notices, entry).state == ("published" if statuses[0] == 200 else "withdrawn")


def test_of_two_drafts_of_one_nomination_one_is_made(notices: Notices):
    for _ in RUNS:
        body = {"category": "neighbours", "text": "值得表扬"}
        nomination = notices.call(notices.other, "POST", "/nominations", body).json["id"]
        draft = {"colour": "red", "category": "neighbours", "title": "助人", "text": "清扫楼道"}
        tap: Request = (notices.steward, "POST", "", draft | {"nomination_id": nomination})
        assert sorted(send(notices, tap, tap)) == [201, 409]


def test_ten_nominations_at_once_leave_five_waiting(notices: Notices):
    body = {"category": "neighbours", "text": "值得表扬"}
    tap: Request = (notices.neighbour, "POST", "/nominations", body)
    assert sorted(send(notices, *[tap] * 10)) == [201] * 5 + [409] * 5
    with fresh():
        mine = select(func.count()).where(Nomination.account_id == notices.neighbour.account_id)
        assert db.session.scalar(mine) == 5
