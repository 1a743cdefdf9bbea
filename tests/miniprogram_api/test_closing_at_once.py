"""Accounts are closed while their owners and others act: nothing accepted is lost, nobody is signed in to nothing."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.bootstrap import create_app
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity import service as identity
from app.identity.models import Account, LoginSession, WeChatLogin
from app.meetings.models import Ballot
from app.privacy import closing
from app.privacy.models import Closing
from miniprogram_api import register
from tasks import privacy
from tests.support import servers
from tests.support.wechat import WeChat
from tests.support.world import OPENS, START, Person, World, at


@pytest.fixture
def own(settings: Settings, worker_id: str) -> Iterator[World]:
    """A world with real commits."""
    application = create_app(servers.beside(settings, f"closing_{worker_id}"))
    register(application)
    with application.app_context(), at(START):
        yield World(application)
        db.session.remove()
        dispose_of_engines()


def test_whoever_casts_while_accounts_are_closed_is_counted_or_refused(own: World):
    people = own.owners(12)
    path = own.announced()
    with at(OPENS):
        ballots = [own.ballot(person, path) for person in people]
        due = {"asked_at": OPENS - timedelta(days=8), "due_at": OPENS - timedelta(days=1)}
        db.session.add_all(Closing(account_id=person.account_id, **due) for person in people[::2])
        db.session.commit()
        statuses: dict[int, int] = {}

        def cast(places: range) -> None:
            for place in places:
                statuses[place] = own.api(people[place])("POST", f"{path}/ballots", ballots[place]).status_code

        def close() -> None:
            with own.application.app_context():
                privacy.close_accounts()

        threads = [threading.Thread(target=cast, args=(range(start, 12, 2),)) for start in range(2)]
        threads += [threading.Thread(target=close) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        accepted = {place for place, status in statuses.items() if status == 201}
        assert set(statuses.values()) <= {201, 401, 403}
        assert {place for place in range(12) if place % 2} <= accepted
        kept = set(db.session.scalars(select(Ballot.account_id)))
        assert kept == {people[place].account_id for place in accepted}
        erased = select(func.count()).select_from(Account).where(Account.erased_at.is_not(None))
        assert db.session.scalar(erased) == 6


def due_to_be_closed(own: World, openid: str) -> Person:
    """Somebody known to WeChat by this openid, whose account is to be closed now."""
    person = own.person()
    db.session.add(WeChatLogin(openid=openid, account_id=person.account_id, created_at=START))
    due = {"asked_at": START - timedelta(days=8), "due_at": START - timedelta(days=1)}
    db.session.add(Closing(account_id=person.account_id, **due))
    db.session.commit()
    return person


def sign_ins(person: Person) -> int:
    held = select(func.count()).where(LoginSession.account_id == person.account_id)
    return int(db.session.scalars(held).one())


def test_whoever_signs_in_a_moment_before_the_closing_is_signed_out_by_it(own: World, wechat: WeChat):
    openid = wechat.phone()
    person = due_to_be_closed(own, openid)
    before = sign_ins(person)
    with unit_of_work():
        assert identity.sign_in(wechat.login_code(openid)).account_id == person.account_id
    assert sign_ins(person) == before + 1
    with unit_of_work():
        assert closing.close(person.account_id)
    assert sign_ins(person) == 0


def test_a_sign_in_that_waits_for_the_closing_begins_a_new_account(own: World, wechat: WeChat):
    openid = wechat.phone()
    person = due_to_be_closed(own, openid)
    found: list[UUID] = []

    def sign_in() -> None:
        with own.application.app_context(), unit_of_work():
            found.append(identity.sign_in(wechat.login_code(openid)).account_id)

    waiting = threading.Thread(target=sign_in)
    with unit_of_work():
        assert closing.close(person.account_id)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
    waiting.join(20)
    assert found
    assert found != [person.account_id]
    assert sign_ins(person) == 0
