"""New keys come to a database in use: nothing is lost, whenever it is stopped, and what was counted stays counted."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.bootstrap import create_app
from app.compounds.models import Owner
from app.core import crypto, rehashing, rotation
from app.core.crypto import lookup_hash
from app.core.db import db, dispose_of_engines
from app.core.errors import ConfigurationError
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.identity.models import Account, AccountPhone
from app.meetings.models import VotingPartyOwner
from tests.support import servers
from tests.support.keys import other_keys
from tests.support.world import CLOSES, OPENS, World, at

NEW_KEY = Fernet.generate_key().decode()
LATER = "a look-up key that comes later on"


def quietly(done: int, total: int) -> None:
    """Report to nobody."""


def both(settings: Settings) -> str:
    return f"{NEW_KEY},{settings.secrets['encryption_keys']}"


class Stopped(Exception):
    """The process is killed."""


def stop_after(batches: int) -> rotation.Report:
    calls = iter(range(batches + 1))

    def report(done: int, total: int) -> None:
        if next(calls) == batches:
            raise Stopped

    return report


def owners_of(world: World, number: int) -> None:
    for place in range(number):
        name = f"业主{place}"
        db.session.add(
            Owner(
                compound_id=world.compound, name=name, name_hash=lookup_hash("name", name), phone=f"1390001{place:04}"
            )
        )
    db.session.commit()


def test_every_value_is_wrapped_anew_however_often_it_is_stopped(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rotation, "AT_ONCE", 5)
    owners_of(world, 23)
    with other_keys(settings, encryption_keys=both(settings)):
        for _ in range(3):
            with pytest.raises(Stopped):
                rotation.rotate(stop_after(1))
        shown: list[tuple[int, int]] = []
        assert rotation.rotate(lambda done, total: shown.append((done, total))) == 0
        assert shown[0] == (0, 8)  # three batches of five were done before it was stopped each time
        assert shown[-1] == (8, 8)
        assert {one.key_id for one in rotation.standing()} == {crypto.key_ids()[0].hex()}
    with other_keys(settings, encryption_keys=NEW_KEY):
        db.session.expire_all()
        found = {owner.name: owner.phone for owner in db.session.scalars(select(Owner))}
        assert found == {f"业主{place}": f"1390001{place:04}" for place in range(23)}


def test_a_value_whose_key_is_gone_stops_it_and_changes_nothing(world: World, settings: Settings):
    owners_of(world, 1)
    with other_keys(settings, encryption_keys=NEW_KEY), pytest.raises(crypto.CannotDecrypt):
        rotation.rotate(quietly)
    assert db.session.scalars(select(Owner.name)).one() == "业主0"


def counted(world: World) -> None:
    people = world.owners(2)
    path = world.announced()
    with at(OPENS):
        world.cast(people[0], path)
    with at(CLOSES + timedelta(minutes=1)):
        for person in (world.secretary, world.supervisor):
            assert world.api(person)("POST", f"{path}/count").status_code in (200, 201, 202)


def test_names_of_a_counted_meeting_are_wrapped_anew_and_never_changed(world: World, settings: Settings):
    counted(world)
    with other_keys(settings, encryption_keys=both(settings)):
        assert rotation.rotate(quietly) == 0
        db.session.expire_all()
        assert set(db.session.scalars(select(VotingPartyOwner.name))) == {"测试业主"}
        for changed in ("别人", "测试业主"):  # the same name encrypted anew cannot be told from another
            with pytest.raises(IntegrityError, match="kept as it is"), db.session.begin_nested():
                db.session.execute(update(VotingPartyOwner).values(name=changed))
        with pytest.raises(IntegrityError, match="kept as it is"), db.session.begin_nested():
            db.session.execute(text("DELETE FROM voting_party_owner"))


def test_a_new_look_up_key_finds_everybody_however_often_its_coming_is_stopped(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rehashing, "AT_ONCE", 5)
    owners_of(world, 12)
    phone = lookup_hash("phone", "13900019999")
    db.session.add(AccountPhone(phone_hash=phone, account_id=world.secretary.account_id, verified_at=OPENS))
    db.session.commit()
    chain = f"{settings.secrets['lookup_key']},{LATER}"
    with other_keys(settings, lookup_key=chain):
        for stops in (0, 1):
            with pytest.raises(Stopped):
                rehashing.rehash(stop_after(stops))
        assert rehashing.rehash(quietly) > 0
        assert rehashing.rehash(quietly) == 0
        db.session.expire_all()
        for place in range(12):
            hashed = lookup_hash("name", f"业主{place}")
            assert db.session.scalars(select(Owner.name).where(Owner.name_hash == hashed)).one() == f"业主{place}"
        assert db.session.get(AccountPhone, lookup_hash("phone", "13900019999"))
    turned_round = f"{LATER},{settings.secrets['lookup_key']}"
    with other_keys(settings, lookup_key=turned_round), pytest.raises(ConfigurationError):
        rehashing.rehash(quietly)


def test_hashes_of_a_counted_meeting_change_with_a_coming_key_alone(world: World, settings: Settings):
    counted(world)
    with other_keys(settings, lookup_key=f"{settings.secrets['lookup_key']},{LATER}"):
        rehashing.rehash(quietly)
    assert db.session.scalar(text("SELECT coming FROM key_state")) is None


@pytest.fixture
def own(settings: Settings, worker_id: str) -> Iterator[tuple[Flask, Settings]]:
    """A database with real commits."""
    made = servers.beside(settings, f"keys_{worker_id}")
    application = create_app(made)
    with application.app_context():
        yield application, made
        db.session.remove()
        dispose_of_engines()


def test_a_process_with_other_look_up_keys_is_refused(own: tuple[Flask, Settings], settings: Settings):
    _, made = own
    with other_keys(made, lookup_key=f"{made.secrets['lookup_key']},{LATER}"):
        rehashing.rehash(quietly)
        dispose_of_engines()
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()
    dispose_of_engines()
    with pytest.raises(OperationalError, match="LOOKUP_KEY is not what"):
        db.session.scalar(text("SELECT 1"))


@contextmanager
def writing(application: Flask, accounts: list[Any], tokens: dict[bytes, str]) -> Iterator[dict[Any, str]]:
    """Let two processes with the older key change phones all the while; yields who has which number at the end.

    Each finds what it wrote before, every time: nobody else writes these.
    """
    over, written, lost = threading.Event(), {}, list[str]()
    before = text("SELECT phone FROM account WHERE id = :id FOR UPDATE")
    change = text("UPDATE account SET phone = :token WHERE id = :id")

    def write(part: list[Any]) -> None:
        with application.app_context():
            for token, phone in cycle(tokens.items()):
                if over.is_set():
                    return
                for account_id in part:
                    with unit_of_work():
                        found = crypto.decrypt(bytes(db.session.scalar(before, {"id": account_id})))
                        if found != written.get(account_id, found):
                            lost.append(f"{written[account_id]} became {found}")
                        db.session.execute(change, {"token": token, "id": account_id})
                    written[account_id] = phone

    threads = [threading.Thread(target=write, args=(accounts[place::2],)) for place in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield written
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert not lost


def test_nothing_is_lost_while_others_write(own: tuple[Flask, Settings], monkeypatch: pytest.MonkeyPatch):
    application, made = own
    rewrapped = rotation._rewrapped

    def slowly(token: bytes | None) -> bytes | None:
        time.sleep(0.001)  # between reading and writing: what a batch of a large table takes
        return rewrapped(token)

    monkeypatch.setattr(rotation, "_rewrapped", slowly)
    with unit_of_work():
        accounts = [Account(openid=f"o{place}", phone="13800000000", created_at=OPENS) for place in range(300)]
        db.session.add_all(accounts)
        db.session.flush()
        ids = [account.id for account in accounts]
    tokens = {crypto.encrypt(phone): phone for phone in (f"139{place:08}" for place in range(50))}
    with other_keys(made, encryption_keys=both(made)):
        with writing(application, ids[:40], tokens) as written:
            rotation.rotate(quietly)
        assert rotation.rotate(quietly) == 0
    with other_keys(made, encryption_keys=NEW_KEY):
        found = {one.id: one.phone for one in db.session.scalars(select(Account))}
    assert found == dict.fromkeys(ids, "13800000000") | written


def test_a_row_that_somebody_changes_meanwhile_is_left_and_keeps_what_they_wrote(own: tuple[Flask, Settings]):
    _, made = own
    account = Account(openid="o", phone="13800000000", created_at=OPENS)
    with unit_of_work():
        db.session.add(account)
    token = crypto.encrypt("13900000009")
    with other_keys(made, encryption_keys=both(made)):
        with db.engine.begin() as another:
            another.execute(text("UPDATE account SET phone = :token"), {"token": token})
            assert rotation.rotate(quietly) == 1
        assert rotation.rotate(quietly) == 0
    with other_keys(made, encryption_keys=NEW_KEY):
        assert db.session.scalars(select(Account.phone)).one() == "13900000009"


def test_the_commands_tell_what_is_left_and_do_it(world: World, settings: Settings):
    from commands import register

    register(world.application)
    runner = FlaskCliRunner(world.application)
    owners_of(world, 2)
    with other_keys(settings, encryption_keys=both(settings)):
        before = runner.invoke(args=["keys", "status"])
        assert before.exit_code == 1, before.output
        assert "4 values and 0 rows with files in clear wait" in before.output
        assert runner.invoke(args=["keys", "rotate"]).exit_code == 0
        after = runner.invoke(args=["keys", "status"])
        assert after.exit_code == 0, after.output
    assert runner.invoke(args=["keys", "rehash"]).exit_code == 1
