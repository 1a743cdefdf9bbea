"""What a killed sender had claimed and not begun is known to the next one."""

import fcntl
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.ids import new_id
from app.core.queueing import Urgency
from app.notifications.channels import Prepared
from app.notifications.delivery import Claimed
from app.notifications.outbox import journal as journals
from app.notifications.outbox.journal import Journal, left_behind
from tests.support.forking import output_of
from tests.support.world import START


def prepared() -> Prepared:
    message = Claimed(
        compound_id=new_id(),
        id=new_id(),
        account_id=new_id(),
        kind="voting_opened",
        page="",
        data={},
        attempts=1,
        expires_at=START,
        claimed_at=datetime(2026, 5, 1, 9, 0, 0, 123457, tzinfo=UTC),
        urgency=Urgency.BULK,
    )
    return Prepared(message, "openid", "template", {})


def killed(journal: Journal) -> None:
    """Let go of the file as the kernel does for a process that dies."""
    journal._ring.close()
    os.close(journal._file)


def told(folder: Path) -> list[Prepared]:
    """What dead senders left there, given back."""
    found = []
    for one in left_behind(folder):
        found += one.prepared
        one.forget()
    return found


def test_what_was_begun_may_have_arrived_and_the_rest_is_left_behind(tmp_path: Path):
    journal, batch = Journal(tmp_path), [prepared() for _ in range(3)]
    journal.waiting(batch)
    journal.begin(batch[1].message)
    killed(journal)
    assert told(tmp_path) == [batch[0], batch[2]]
    assert told(tmp_path) == [], "it is told once"


def test_what_was_told_and_not_put_on_record_is_told_to_the_next_sender(tmp_path: Path):
    journal, waiting = Journal(tmp_path), prepared()
    journal.waiting([waiting])
    killed(journal)
    [in_hand] = left_behind(tmp_path)
    assert left_behind(tmp_path) == [], "one sender has it in hand"
    in_hand._file.close()  # it is killed, too, before PostgreSQL has heard of it
    assert told(tmp_path) == [waiting]


def test_a_sender_that_begins_is_not_taken_for_a_dead_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another sender looks for what dead ones left in the moment between the making of the file and its lock."""
    lock = fcntl.flock

    def look_first(file: int, operation: int) -> None:
        monkeypatch.setattr(journals.fcntl, "flock", lock)
        assert told(tmp_path) == []
        lock(file, operation)

    monkeypatch.setattr(journals.fcntl, "flock", look_first)
    journal, waiting = Journal(tmp_path), prepared()
    journal.waiting([waiting])
    killed(journal)
    assert told(tmp_path) == [waiting]


def test_a_living_sender_keeps_its_claims(tmp_path: Path):
    journal = Journal(tmp_path)
    journal.waiting([prepared()])
    assert output_of("tests.app.notifications.left_behind", str(tmp_path), environment=os.environ) == (0, "0\n")
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_attempt_of_the_same_message_says_nothing_of_this_claim(tmp_path: Path):
    journal, again = Journal(tmp_path), prepared()
    journal.begin(again.message._replace(claimed_at=again.message.claimed_at - timedelta(microseconds=1)))
    journal.waiting([again])
    killed(journal)
    assert told(tmp_path) == [again]


def test_the_list_of_the_last_claim_replaces_a_longer_one(tmp_path: Path):
    journal, last = Journal(tmp_path), prepared()
    journal.waiting([prepared() for _ in range(50)])
    journal.waiting([last])
    killed(journal)
    assert told(tmp_path) == [last]


@pytest.mark.parametrize("cut", [0, 100, 24 * 1024 + 4, 24 * 1024 + 40])
def test_a_file_that_is_torn_leaves_its_messages_in_doubt(tmp_path: Path, cut: int):
    journal = Journal(tmp_path)
    journal.waiting([prepared()])
    killed(journal)
    [path] = tmp_path.iterdir()
    os.truncate(path, cut)
    assert told(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
