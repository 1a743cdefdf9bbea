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
from app.identity.wechat import WeChatUser
from app.meetings.models import Ballot
from app.privacy import closing
from app.privacy.models import Closing
from miniprogram_api import register
from tasks import privacy
from tests.support import servers
from tests.support.world import OPENS, START, World, at


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


def test_a_sign_in_that_comes_while_the_account_is_closed_ends_with_it(own: World):
    person = own.person()
    user = WeChatUser(openid="an-openid", unionid=None)
    db.session.add(WeChatLogin(openid=user.openid, account_id=person.account_id, created_at=START))
    due = {"asked_at": START - timedelta(days=8), "due_at": START - timedelta(days=1)}
    db.session.add(Closing(account_id=person.account_id, **due))
    db.session.commit()
    signing_in, go_on = threading.Event(), threading.Event()

    def sign_in() -> None:
        with own.application.app_context(), unit_of_work():
            account_id, _ = identity._account_of(user)
            signing_in.set()
            assert go_on.wait(20)
            life = {"created_at": START, "expires_at": START + timedelta(days=30)}
            db.session.add(LoginSession(token_hash=b"late", account_id=account_id, **life))

    def close() -> None:
        with own.application.app_context(), unit_of_work():
            closing.close(person.account_id)

    first = threading.Thread(target=sign_in)
    first.start()
    assert signing_in.wait(20)
    second = threading.Thread(target=close)
    second.start()
    second.join(0.3)
    assert second.is_alive()  # it waits for whoever is being signed in
    go_on.set()
    for thread in (first, second):
        thread.join(20)
    left = select(func.count()).where(LoginSession.account_id == person.account_id)
    assert db.session.scalar(left) == 0
    with unit_of_work():
        account_id, _ = identity._account_of(user)
    assert account_id != person.account_id


def test_a_sign_in_that_waits_for_the_closing_begins_a_new_account(own: World):
    person = own.person()
    user = WeChatUser(openid="another-openid", unionid=None)
    db.session.add(WeChatLogin(openid=user.openid, account_id=person.account_id, created_at=START))
    due = {"asked_at": START - timedelta(days=8), "due_at": START - timedelta(days=1)}
    db.session.add(Closing(account_id=person.account_id, **due))
    db.session.commit()
    found: list[UUID] = []

    def sign_in() -> None:
        with own.application.app_context(), unit_of_work():
            found.append(identity._account_of(user)[0])

    waiting = threading.Thread(target=sign_in)
    with unit_of_work():
        assert closing.close(person.account_id)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(20)
    assert found
    assert found != [person.account_id]
