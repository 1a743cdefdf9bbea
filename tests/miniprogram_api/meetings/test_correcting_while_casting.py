"""A correction that is not committed when voting opens: a ballot waits for it, sees it, and counts with its area."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db, dispose_of_engines
from app.core.unit_of_work import unit_of_work
from app.identity.actor import Actor
from app.meetings.electorate import AreaSource
from app.meetings.models import Ballot, Meeting, VotingParty
from app.meetings.objections import acts as objections
from app.meetings.objections.corrections import Correction, CorrectionAct
from tests.miniprogram_api.test_casting_while_closing import announced
from tests.support.objections import electorate, file_objection
from tests.support.world import World

OPENS_IN = timedelta(seconds=1.5)


@pytest.fixture(scope="module")
def world(committing: Flask) -> Iterator[World]:
    with committing.app_context():
        yield World(committing)
        db.session.remove()
        dispose_of_engines()


def opening(path: str) -> UUID:
    """Let the meeting open in a moment: its id."""
    meeting_id, now = UUID(path.rsplit("/", 1)[1]), clock.now()
    times = {"opens_at": now + OPENS_IN, "closes_at": now + timedelta(minutes=5)}
    db.session.execute(update(Meeting).where(Meeting.id == meeting_id).values(**times))
    db.session.commit()
    return meeting_id


def correct_slowly(
    application: Flask, world: World, meeting_id: UUID, objection: str, correction: Correction
) -> tuple[threading.Thread, threading.Event]:
    """A thread that has made the correction, and commits when told."""
    corrected, may_commit = threading.Event(), threading.Event()

    def run() -> None:
        with application.app_context(), unit_of_work():
            secretary, upheld = Actor(world.secretary.account_id), UUID(objection)
            objections.decide_objection(secretary, world.compound, meeting_id, upheld, True, "核对", [correction])
            corrected.set()
            may_commit.wait(10)

    thread = threading.Thread(target=run)
    thread.start()
    assert corrected.wait(5)
    return thread, may_commit


def test_a_ballot_waits_for_a_correction_under_way_and_counts_with_the_corrected_area(world: World):
    [owner] = world.owners(1)
    path = announced(world)
    filed = file_objection(world, owner, path).json["id"]
    ballot = world.ballot(owner, path)
    meeting_id = opening(path)
    area = Correction(CorrectionAct.SET_AREA, owner.unit_ids[0], 4321, AreaSource.REGISTER)
    correcting, may_commit = correct_slowly(world.application, world, meeting_id, filed, area)
    time.sleep(OPENS_IN.total_seconds() + 0.2)
    answers: list[int] = []

    def cast() -> None:
        answers.append(world.api(owner)("POST", f"{path}/ballots", ballot).status_code)

    voter = threading.Thread(target=cast)
    voter.start()
    voter.join(0.5)
    assert voter.is_alive(), "the ballot did not wait for the correction"
    may_commit.set()
    correcting.join(10)
    voter.join(10)
    db.session.rollback()
    assert answers == [201]
    area = select(VotingParty.area_centi).where(VotingParty.meeting_id == meeting_id)
    cast_with = select(Ballot.area_centi).where(Ballot.meeting_id == meeting_id)
    assert db.session.scalars(area).all() == db.session.scalars(cast_with).all() == [4321]
    assert electorate(world, path)["area_centi"] == 4321


def test_an_owner_who_reads_the_meeting_while_a_correction_takes_the_party_off_is_answered(world: World):
    world.owner(world.unit("201"))
    reader = world.owner(world.unit("202"))
    path = announced(world)
    meeting_id = UUID(path.rsplit("/", 1)[1])
    filed = file_objection(world, reader, path).json["id"]
    gone = Correction(CorrectionAct.REMOVE_UNIT, reader.unit_ids[0])
    db.session.rollback()
    correcting, may_commit = correct_slowly(world.application, world, meeting_id, filed, gone)
    answers: list[int] = []

    def read() -> None:
        answers.append(world.api(reader)("GET", path).status_code)

    reading = threading.Thread(target=read)
    reading.start()
    reading.join(0.5)
    assert reading.is_alive(), "the page did not wait for the correction"
    may_commit.set()
    correcting.join(10)
    reading.join(10)
    assert answers == [200]
    assert world.api(reader)("GET", path).json["my_parties"] == []
