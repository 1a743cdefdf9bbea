"""Ballots are sequenced while eight clients cast as fast as they can: none is lost, none has two places.

Afterwards, across the close and the count, the bundle holds, and every receipt is found in it.
"""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from app.bootstrap import create_app
from app.core import clock
from app.core.db import db, dispose_of_engines
from app.core.settings import Settings
from app.meetings.models import Ballot, LogLeaf, Meeting, TreeHead
from miniprogram_api import register
from tasks import meetings
from tests.miniprogram_api.test_casting_while_closing import (
    CLIENTS,
    Voters,
    announced,
    ballots_of,
    count,
)
from tests.support import servers
from tests.support.ballot_log import check_head, check_receipt
from tests.support.world import World
from verifier.__main__ import main as verify

OWNERS = 120
RUNS = 2
OPEN_FOR = timedelta(seconds=4)
SEQUENCERS = 2


@pytest.fixture(scope="module")
def voters(settings: Settings, worker_id: str) -> Iterator[Voters]:
    application = create_app(servers.beside(settings, f"sequencing_{worker_id}"))
    register(application)
    with application.app_context():
        world = World(application)
        owners = world.owners(OWNERS)
        db.session.commit()
        yield Voters(world, owners)
        db.session.remove()
        dispose_of_engines()


def open_meeting(path: str) -> UUID:
    """Open the meeting now, for a short while; its id."""
    meeting_id, now = UUID(path.rsplit("/", 1)[1]), clock.now()
    times = {"opens_at": now - timedelta(hours=1), "closes_at": now + OPEN_FOR}
    db.session.execute(update(Meeting).where(Meeting.id == meeting_id).values(**times))
    db.session.commit()
    return meeting_id


def cast_all(
    world: World, path: str, ballots: list[Any], receipts: list[dict[str, Any]], sequenced: threading.Event
) -> None:
    """Cast as fast as it goes; halfway, wait until the first ballots were sequenced."""
    client = world.application.test_client()
    for position, (person, ballot) in enumerate(ballots):
        if position == len(ballots) // 2:
            sequenced.wait(OPEN_FOR.total_seconds())
        answer = client.post(f"/api/v1{path}/ballots", json=ballot, headers={"Authorization": f"Bearer {person.token}"})
        if answer.status_code == 201:
            receipts.append(answer.json)


def sequence_until(world: World, stop: threading.Event, sequenced: threading.Event) -> None:
    with world.application.app_context():
        while not stop.is_set():
            if meetings.sequence_ballots():
                sequenced.set()
            else:
                stop.wait(0.01)


@pytest.mark.parametrize("number", range(RUNS))
def test_sequencing_while_casting_loses_nothing_and_doubles_nothing(voters: Voters, number: int, tmp_path, capsys):
    world = voters.world
    path = announced(world)
    bodies = ballots_of(voters, path)
    meeting_id = open_meeting(path)
    receipts: list[dict[str, Any]] = []
    stop, sequenced = threading.Event(), threading.Event()
    clients = [
        threading.Thread(target=cast_all, args=(world, path, bodies[start::CLIENTS], receipts, sequenced))
        for start in range(CLIENTS)
    ]
    sequencers = [threading.Thread(target=sequence_until, args=(world, stop, sequenced)) for _ in range(SEQUENCERS)]
    for thread in (*clients, *sequencers):
        thread.start()
    for thread in clients:
        thread.join(60)
    record = count(world, path, every_s=0.1)
    stop.set()
    for thread in sequencers:
        thread.join(60)
    assert not any(thread.is_alive() for thread in (*clients, *sequencers))
    assert record["turnout"]["persons"] == len(receipts)
    leaves = db.session.execute(
        select(LogLeaf.index, LogLeaf.leaf_hash, LogLeaf.ballot_id)
        .where(LogLeaf.meeting_id == meeting_id)
        .order_by(LogLeaf.index)
    ).all()
    heads = db.session.scalar(select(func.count()).where(TreeHead.meeting_id == meeting_id))
    ballots = db.session.scalars(select(Ballot.id).where(Ballot.meeting_id == meeting_id)).all()
    db.session.rollback()
    assert [leaf.index for leaf in leaves] == list(range(len(receipts) + 2))
    assert sorted(leaf.ballot_id for leaf in leaves[1:-1]) == sorted(ballots)
    assert {leaf.leaf_hash.hex() for leaf in leaves[1:-1]} == {receipt["leaf_hash"] for receipt in receipts}
    assert (heads or 0) > 2, "nothing was sequenced while casting"
    check_bundle(world, path, meeting_id, receipts, tmp_path)


def check_bundle(world: World, path: str, meeting_id: UUID, receipts: list[dict[str, Any]], folder) -> None:
    with world.api(world.secretary)("GET", f"{path}/bundle") as answer:
        bundle = answer.data
    (folder / "bundle.zip").write_bytes(bundle)
    own = []
    for number, receipt in enumerate(receipts[::20]):
        (folder / f"{number}.json").write_text(json.dumps(receipt))
        own += ["--receipt", str(folder / f"{number}.json")]
        check_receipt(world, str(meeting_id), receipt)
    assert verify([str(folder / "bundle.zip"), *own]) == 0
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        for line in files.read("heads.jsonl").splitlines():
            check_head(world, str(meeting_id), json.loads(line))
