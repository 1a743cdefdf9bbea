"""What a restored database is held to: its ballot logs, its audit logs, the heads of the manifest, and its files."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, select

from app.core import storage
from app.core.audit_log import chaining
from app.core.db import db
from app.core.settings import Settings
from app.core.unit_of_work import unit_of_work
from app.meetings.log import checking as ballot_logs
from app.meetings.log.checking import Fault
from app.notifications.models import OutboxMessage, OutboxState
from commands.audit_check import check_log, title_of
from commands.backup import heads
from commands.backup.archive import HEADS, read_lines
from commands.backup.making import named_files

SHOWN = 20
WORDS = {
    "ballot_changed": "the ballot at place {} was changed: it does not match its leaf",
    "leaf_changed": "the leaf at place {} was changed: it does not match its hash",
    "leaf_missing": "the leaf at place {} is missing, and all that follows cannot be placed",
    "electorate_changed": "the electorate that was frozen (leaf {}) is not the one in the database",
    "excluded_changed": "the units that were left out (leaf {}) are not those in the database",
    "head_signature": "the signature over the first {} leaves is not right",
    "signing_key_missing": "the key {} that signed is not in SIGNING_KEYS: its signatures cannot be checked",
    "leaves_cut_off": "leaves were cut off: a head over {} of them was signed",
    "root_differs": "the first {} leaves are not those that were signed",
    "leaves_unsigned": "leaves stand after the {} that were signed",
    "record_missing": "the count of meeting {} was logged, and its record is gone",
    "record_changed": "the count record of meeting {} was changed after it was logged",
    "ballot_added": "the ballot {} is in no place of the log of a counted meeting: it was added",
}


@dataclass
class Findings:
    """What was checked, in numbers, and what is wrong, in sentences."""

    meetings: int = 0
    audit_logs: int = 0
    files: int = 0
    wrong: list[str] = field(default_factory=list)


def check(settings: Settings, archive: Path | None, say: Callable[[str], None]) -> Findings:
    """Check everything; with an archive, hold the logs to its heads as well. Nothing is changed."""
    found = Findings()
    _ballot_logs(found)
    say(f"Ballot logs: {found.meetings:,} meetings read.")
    _audit_logs(found)
    say(f"Audit logs: {found.audit_logs:,} read.")
    with psycopg.connect(settings.libpq_url) as connection:
        if archive:
            _heads(connection, read_lines(archive / HEADS), found)
        _files(settings, connection, found)
    say(f"Stored files: {found.files:,} are named.")
    return found


def messages_waiting() -> int:
    """Messages that the restored database holds for unsent: some may have been sent since."""
    unsent = select(func.count()).where(OutboxMessage.state == OutboxState.CREATED)
    return db.session.scalars(unsent).one()


def _ballot_logs(found: Findings) -> None:
    with unit_of_work():
        meetings = ballot_logs.meetings_with_logs()
    for compound_id, meeting_id in meetings:
        with unit_of_work():
            faults = ballot_logs.faults(compound_id, meeting_id)
            name = f"Meeting {meeting_id} in {title_of(compound_id)} ({compound_id})" if faults else ""
        found.meetings += 1
        found.wrong += [_sentence(name, fault) for fault in faults[:SHOWN]]
        if len(faults) > SHOWN:
            found.wrong.append(f"{name}: and {len(faults) - SHOWN} more.")


def _sentence(name: str, fault: Fault) -> str:
    return f"{name}: {WORDS[fault.code].format(fault.place)} [{fault.code}]."


def _audit_logs(found: Findings) -> None:
    with unit_of_work():
        compounds = chaining.compounds()
    for compound_id in compounds:
        with unit_of_work():
            whole, words = check_log(compound_id)
            name = f"Audit log of {title_of(compound_id)} ({compound_id})" if not whole else ""
        found.audit_logs += 1
        if not whole:
            found.wrong.append(f"{name}:\n{words.rstrip()}")


def _heads(connection: "psycopg.Connection[Any]", told: Iterable[dict[str, Any]], found: Findings) -> None:
    """The newest heads of the database must be those of the manifest: no log may be older, newer or another."""
    there = {_of(head): head for head in heads.newest(connection)}
    expected = {_of(head): head for head in told}
    for log, head in expected.items():
        if log not in there:
            found.wrong.append(f"The {heads.name_of(head)} is gone.")
        elif there[log] != head:
            found.wrong.append(
                f"The {heads.name_of(head)} ends with {there[log]['size']} entries under another head than the "
                f"backup's {head['size']}."
            )
    found.wrong += [f"The {heads.name_of(there[log])} is not in the backup." for log in there.keys() - expected.keys()]


def _of(head: dict[str, Any]) -> tuple[str, str, str | None]:
    return head["kind"], head["compound"], head.get("meeting")


def _files(settings: Settings, connection: "psycopg.Connection[Any]", found: Findings) -> None:
    store = storage.made_of(settings)
    there = {file.key for file in store.list_all()}
    named = set(named_files(connection))
    found.files = len(named)
    lost = sorted(named - there)
    found.wrong += [f"The stored file {key} is named by a row and is not in the storage." for key in lost[:SHOWN]]
    if len(lost) > SHOWN:
        found.wrong.append(f"And {len(lost) - SHOWN} more stored files are missing.")
