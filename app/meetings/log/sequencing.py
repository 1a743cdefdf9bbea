"""The ballot log (表决存证): ballots become leaves in batches, each batch under a signed tree head.

Casting never waits for it: a ballot carries its leaf hash and its signed receipt from the start, and gets its place
within a minute or so, at the latest at the count. Leaf 0 is the meeting as it was frozen, the last leaf the count.
Two sequencers wait for each other on leaf 0. The count holds the meeting's row FOR UPDATE when it comes here, and the
periodic job takes it FOR KEY SHARE first, which no ballot minds: both lock the meeting, then leaf 0.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from secrets import token_bytes
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from app.core import clock, signing
from app.core.canonical import canonical, moment
from app.core.db import db
from app.meetings import attachments, excluded, reading, scopes
from app.meetings.ballots import CHOICES
from app.meetings.elections import candidates
from app.meetings.elections.candidates import CandidateView
from app.meetings.log import leaves
from app.meetings.log.merkle import Tree
from app.meetings.models import Ballot, LogLeaf, Meeting, Motion, TreeHead


def meetings_to_sequence() -> list[tuple[UUID, UUID]]:
    """(compound, meeting) of every open or closed, uncounted meeting whose log lacks a ballot, or its first leaf."""
    begun = exists().where(LogLeaf.compound_id == Meeting.compound_id, LogLeaf.meeting_id == Meeting.id)
    in_log = exists().where(LogLeaf.compound_id == Ballot.compound_id, LogLeaf.ballot_id == Ballot.id)
    waiting = exists().where(Ballot.compound_id == Meeting.compound_id, Ballot.meeting_id == Meeting.id, ~in_log)
    found = select(Meeting.compound_id, Meeting.id).where(*_sequenced(clock.now()), ~begun | waiting)
    return [(compound_id, meeting_id) for compound_id, meeting_id in db.session.execute(found)]


def sequence_ballots(compound_id: UUID, meeting_id: UUID) -> int:
    """Give every ballot of the meeting its place in the log, unless it was counted meanwhile; how many leaves came."""
    meeting = db.session.scalar(
        select(Meeting)
        .where(Meeting.compound_id == compound_id, Meeting.id == meeting_id, *_sequenced(clock.now()))
        .with_for_update(read=True, key_share=True)
    )
    if meeting is None:
        return 0
    before = _latest_head(meeting)
    return sequence(meeting).size - (before.size if before else 0)


def sequence(meeting: Meeting) -> TreeHead:
    """Append the ballots that are not in the log yet, by time and then by hash, and sign a head over all.

    The caller holds a lock on the meeting's row. Without new ballots the head is the one that there was.
    """
    key = {"compound_id": meeting.compound_id, "meeting_id": meeting.id}
    _begin(meeting)
    db.session.execute(_LOCK, key)
    _seal_older_ballots(meeting)
    appended = _extend(meeting)
    appended += db.session.execute(_APPEND, key).rowcount  # type: ignore[attr-defined]
    head = _latest_head(meeting)
    return head if head and not appended else _sign_head(meeting)


def end(meeting: Meeting, record: Mapping[str, Any], head: TreeHead) -> None:
    """Append the count record, by its hash, as the last leaf, and sign the final head."""
    leaf = leaves.count(meeting.id, record)
    db.session.execute(insert(LogLeaf).values(**_own_leaf(meeting, head.size, leaf)))
    _sign_head(meeting)


def append(meeting: Meeting, leaf: Mapping[str, Any]) -> None:
    """Append what follows the count (a lot, the final announcement, the annulment), and sign a head over it too.

    The caller holds a lock on the meeting's row. A meeting that was counted before there were logs has none, and keeps
    none.
    """
    head = _latest_head(meeting)
    if head is None:
        return
    db.session.execute(insert(LogLeaf).values(**_own_leaf(meeting, head.size, leaf)))
    _sign_head(meeting)


def electorate(meeting: Meeting) -> Iterator[dict[str, Any]]:
    """The parties of the frozen electorate as leaves, by id."""
    scoped = {
        motion.id: scopes.areas(meeting, scope)
        for motion in reading.motions_of(meeting)
        if (scope := scopes.of(motion))
    }
    rows = db.session.execute(
        _PARTIES,
        {"compound_id": meeting.compound_id, "meeting_id": meeting.id},
        execution_options={"yield_per": 2000},
    )
    for row in rows:
        units = zip(row.areas, row.sources, strict=True)
        part = {motion_id: areas[row.id] for motion_id, areas in scoped.items() if row.id in areas}
        yield leaves.party(meeting.id, row.id, row.area_centi, row.is_developer, units, part)


def leaf_of(meeting: Meeting, ballot: Any) -> dict[str, Any]:
    """The leaf of a stored ballot: a row with the columns of Ballot."""
    choices = {motion: CHOICES[code] for motion, code in zip(meeting.motion_ids, ballot.choices, strict=True)}
    return leaves.ballot(
        meeting.id,
        ballot.party_id,
        choices,
        ballot.channel,
        ballot.accepted_at,
        bytes(ballot.nonce),
        ballot.marks,
        ballot.spoiled,
        ballot.replaces_leaf_hash,
    )


def seal(meeting: Meeting, ballot: Ballot) -> None:
    """Give a ballot that is not stored yet the hash of its leaf, and the signed receipt over it."""
    ballot.leaf_hash = leaves.hash_of(leaf_of(meeting, ballot))
    signature = signing.sign(leaves.receipt(meeting.id, ballot.leaf_hash, ballot.accepted_at))
    ballot.receipt_key_id, ballot.receipt_signature = signature.key_id, signature.raw


def _sequenced(now: datetime) -> tuple[Any, ...]:
    return (
        Meeting.announced_at.is_not(None),
        Meeting.cancelled_at.is_(None),
        Meeting.counted_at.is_(None),
        Meeting.opens_at <= now,
    )


_LOCK = text(
    "SELECT FROM log_leaf WHERE compound_id = :compound_id AND meeting_id = :meeting_id AND index = 0 FOR UPDATE"
)
_APPEND = text(
    """
    INSERT INTO log_leaf (compound_id, meeting_id, index, leaf_hash, ballot_id)
    SELECT compound_id, meeting_id,
           (SELECT max(index) FROM log_leaf WHERE compound_id = :compound_id AND meeting_id = :meeting_id)
               + row_number() OVER (ORDER BY accepted_at, leaf_hash),
           leaf_hash, id
    FROM ballot
    WHERE compound_id = :compound_id AND meeting_id = :meeting_id
      AND NOT EXISTS (SELECT FROM log_leaf WHERE log_leaf.compound_id = ballot.compound_id
                      AND log_leaf.ballot_id = ballot.id)
    """
)
_PARTIES = text(
    """
    SELECT party.id, party.area_centi, party.is_developer,
           array_agg(home.area_centi ORDER BY home.area_centi, home.area_source) AS areas,
           array_agg(home.area_source ORDER BY home.area_centi, home.area_source) AS sources
    FROM voting_party AS party
    JOIN voting_party_unit AS home
      ON home.compound_id = party.compound_id AND home.meeting_id = party.meeting_id AND home.party_id = party.id
    WHERE party.compound_id = :compound_id AND party.meeting_id = :meeting_id
    GROUP BY party.compound_id, party.meeting_id, party.id
    ORDER BY party.id
    """
)


def _begin(meeting: Meeting) -> None:
    """Write leaf 0, the meeting as it is frozen, unless it is there."""
    if db.session.get(LogLeaf, (meeting.compound_id, meeting.id, 0)):
        return
    attached, motions = attachments.of_meeting(meeting), reading.motions_of(meeting)
    standing = candidates.of_motions(meeting.compound_id, [motion.id for motion in motions if motion.seats])
    leaf = leaves.meeting(
        meeting.id,
        compound=str(meeting.compound_id),
        title=meeting.title,
        convenor=meeting.convenor,
        announced_at=moment(meeting.announced_at or meeting.opens_at),
        opens_at=moment(meeting.opens_at),
        closes_at=moment(meeting.first_closes_at or meeting.closes_at),
        rule_set=meeting.rule_set,
        motions=[
            {
                "id": str(motion.id),
                "position": motion.position,
                "matter": motion.matter,
                "title": motion.title,
                "text": motion.text,
                "attachments": [
                    {"file_name": one.file_name, "sha256": one.sha256} for one in attached.get(motion.id, ())
                ],
            }
            | ({"scope": motion.scope_name} if motion.scope_name else {})
            | _election(meeting, motion, standing[motion.id])
            for motion in motions
        ],
        electorate={
            "persons": meeting.electorate_persons,
            "area_centi": meeting.electorate_area_centi,
            "root_hash": leaves.root_of(electorate(meeting)).hex(),
        },
        **excluded.committed(meeting),
    )
    db.session.execute(insert_or_skip(LogLeaf).values(**_own_leaf(meeting, 0, leaf)).on_conflict_do_nothing())


def _election(meeting: Meeting, motion: Motion, standing: Sequence[CandidateView]) -> dict[str, Any]:
    """Seats and candidates of an election, with the names that the voters saw."""
    if not (meeting.elections and motion.seats):
        return {}
    return {"election": {**meeting.elections[str(motion.id)], "names": [one.name for one in standing]}}


def _extend(meeting: Meeting) -> int:
    """Append that voting was extended, if it was since the log was last looked at; how many leaves."""
    key = (LogLeaf.compound_id == meeting.compound_id, LogLeaf.meeting_id == meeting.id)
    last = select(LogLeaf.input).where(*key, LogLeaf.input.is_not(None)).order_by(LogLeaf.index.desc()).limit(1)
    if json.loads(db.session.scalars(last).one() or "")["closes_at"] == moment(meeting.closes_at):
        return 0
    size = db.session.scalar(select(func.count()).where(*key)) or 0
    leaf = leaves.extension(meeting.id, meeting.closes_at)
    db.session.execute(insert(LogLeaf).values(**_own_leaf(meeting, size, leaf)))
    return 1


def _own_leaf(meeting: Meeting, index: int, leaf: Mapping[str, Any]) -> dict[str, Any]:
    key = {"compound_id": meeting.compound_id, "meeting_id": meeting.id, "index": index}
    return {**key, "leaf_hash": leaves.hash_of(leaf), "input": canonical(leaf).decode()}


def _seal_older_ballots(meeting: Meeting) -> None:
    """Hash the ballots that the program before this one accepted while it was being replaced: they have no receipt."""
    older = (Ballot.compound_id == meeting.compound_id, Ballot.meeting_id == meeting.id, Ballot.leaf_hash.is_(None))
    for ballot in db.session.scalars(select(Ballot).where(*older)):
        ballot.nonce = token_bytes(leaves.NONCE_BYTES)
        ballot.leaf_hash = leaves.hash_of(leaf_of(meeting, ballot))
    db.session.flush()


def _latest_head(meeting: Meeting) -> TreeHead | None:
    return db.session.scalar(
        select(TreeHead)
        .where(TreeHead.compound_id == meeting.compound_id, TreeHead.meeting_id == meeting.id)
        .order_by(TreeHead.size.desc())
        .limit(1)
    )


def _sign_head(meeting: Meeting) -> TreeHead:
    tree = Tree(
        db.session.scalars(
            select(LogLeaf.leaf_hash)
            .where(LogLeaf.compound_id == meeting.compound_id, LogLeaf.meeting_id == meeting.id)
            .order_by(LogLeaf.index)
        )
    )
    now, root = clock.now(), tree.root()
    signature = signing.sign(leaves.tree_head(meeting.id, len(tree), root, now))
    head = TreeHead(
        compound_id=meeting.compound_id,
        meeting_id=meeting.id,
        size=len(tree),
        root_hash=root,
        signed_at=now,
        key_id=signature.key_id,
        signature=signature.raw,
    )
    db.session.add(head)
    db.session.flush()
    return head
