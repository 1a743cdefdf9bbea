"""Whether the ballot logs in the database are whole: every leaf, every root, every signature, and nothing beside them.

For the operator, as after a restore: it reads every meeting that has a log, counted or not. Anybody else checks a
counted meeting by its bundle (`python -m verifier`).
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import exists, select

from app.core.canonical import canonical
from app.core.db import db
from app.core.signing import Signature, SigningKeyMissing, is_signed
from app.meetings import excluded
from app.meetings.log import leaves, sequencing
from app.meetings.log.merkle import Tree, hash_leaf
from app.meetings.models import Ballot, CountRecord, LogLeaf, Meeting, TreeHead

PAGE = 2000


class Fault(NamedTuple):
    """What is wrong with a meeting's log: a stable code, and where (a leaf's place, a head's size or a ballot's id)."""

    code: str
    place: str


def meetings_with_logs() -> list[tuple[UUID, UUID]]:
    """(compound, meeting) of every meeting that has leaves, or heads over leaves that are gone."""
    leaf = select(LogLeaf.compound_id, LogLeaf.meeting_id).where(LogLeaf.index == 0)
    head = select(TreeHead.compound_id, TreeHead.meeting_id)
    found = leaf.union(head)
    return sorted((compound_id, meeting_id) for compound_id, meeting_id in db.session.execute(found))


def faults(compound_id: UUID, meeting_id: UUID) -> list[Fault]:
    """Everything that is wrong with a meeting's log; nothing where it is whole."""
    meeting = db.session.get_one(Meeting, (compound_id, meeting_id))
    heads = {head.size: head for head in db.session.scalars(_of(TreeHead, meeting).order_by(TreeHead.size))}
    walk = _Walk(meeting, frozenset(heads))
    walk.run()
    found = [*walk.faults, *_of_heads(meeting, heads, walk)]
    if any(fault.code in _LEAVES_ARE_GONE for fault in found):
        return found  # what they stood for would only be named once more
    found += _of_record(meeting, walk)
    if meeting.counted_at is not None:
        found += [Fault("ballot_added", str(ballot_id)) for ballot_id in _ballots_without_a_leaf(meeting)]
    return found


_LEAVES_ARE_GONE = {"leaf_missing", "leaves_cut_off"}


class _Walk:
    """One pass over a log: each leaf against what it stands for, and the root at each size that was signed."""

    def __init__(self, meeting: Meeting, sizes: frozenset[int]) -> None:
        self._meeting, self._sizes = meeting, sizes
        self.tree, self.roots, self.faults = Tree(), dict[int, bytes](), list[Fault]()
        self.record_sha256: str | None = None

    def run(self) -> None:
        """Walk to the end."""
        for row in _rows(self._meeting):
            if row.LogLeaf.index != len(self.tree):
                self.faults.append(Fault("leaf_missing", str(len(self.tree))))
                return  # what follows stands at no place that was signed
            if fault := self._fault_of(row):
                self.faults.append(Fault(fault, str(row.LogLeaf.index)))
            self.tree.append(bytes(row.LogLeaf.leaf_hash))
            if len(self.tree) in self._sizes:
                self.roots[len(self.tree)] = self.tree.root()

    def _fault_of(self, row: Any) -> str | None:
        leaf, ballot = row.LogLeaf, row.Ballot
        if ballot is not None:
            return None if self._is_of(ballot, bytes(leaf.leaf_hash)) else "ballot_changed"
        if leaf.input is None or hash_leaf(leaf.input.encode()) != bytes(leaf.leaf_hash):
            return "leaf_changed"
        return self._fault_of_own(json.loads(leaf.input), leaf.index)

    def _is_of(self, ballot: Ballot, leaf_hash: bytes) -> bool:
        try:
            stands_for = leaves.hash_of(sequencing.leaf_of(self._meeting, ballot))
        except (KeyError, IndexError, TypeError, ValueError):  # choices that no ballot has, or a nonce that is gone
            return False
        return stands_for == leaf_hash

    def _fault_of_own(self, content: dict[str, Any], index: int) -> str | None:
        if content.get("meeting") != str(self._meeting.id):
            return "leaf_changed"
        if content.get("kind") == "count":
            self.record_sha256 = content["record_sha256"]
        if index == 0:
            electorate = leaves.root_of(sequencing.electorate(self._meeting)).hex()
            if content["electorate"]["root_hash"] != electorate:
                return "electorate_changed"
            committed = excluded.committed(self._meeting)
            if any(content.get(name) != value for name, value in committed.items()):
                return "excluded_changed"
        return None


def _of_heads(meeting: Meeting, heads: dict[int, TreeHead], walk: _Walk) -> Iterator[Fault]:
    for size, head in heads.items():
        statement = leaves.tree_head(meeting.id, size, bytes(head.root_hash), head.signed_at)
        try:
            if not is_signed(statement, Signature(bytes(head.signature), head.key_id)):
                yield Fault("head_signature", str(size))
        except SigningKeyMissing:
            yield Fault("signing_key_missing", head.key_id)
        if size > len(walk.tree):
            yield Fault("leaves_cut_off", str(size))
        elif walk.roots[size] != bytes(head.root_hash):
            yield Fault("root_differs", str(size))
    if len(walk.tree) > max(heads, default=0):
        yield Fault("leaves_unsigned", str(max(heads, default=0)))


def _of_record(meeting: Meeting, walk: _Walk) -> Iterator[Fault]:
    """The count record against the leaf that names its hash. A meeting from before there were logs has neither."""
    record = db.session.get(CountRecord, (meeting.compound_id, meeting.id))
    if record is None:
        if walk.record_sha256 is not None:
            yield Fault("record_missing", str(meeting.id))
    elif walk.record_sha256 != sha256(canonical(record.record)).hexdigest():
        yield Fault("record_changed", str(meeting.id))


def _rows(meeting: Meeting) -> Iterator[Any]:
    """Every leaf with its ballot, in order, a page at a time."""
    rows = (
        select(LogLeaf, Ballot)
        .outerjoin(Ballot, (Ballot.compound_id == LogLeaf.compound_id) & (Ballot.id == LogLeaf.ballot_id))
        .where(LogLeaf.compound_id == meeting.compound_id, LogLeaf.meeting_id == meeting.id)
        .order_by(LogLeaf.index)
        .limit(PAGE)
    )
    page = db.session.execute(rows).all()
    while page:
        yield from page
        page = db.session.execute(rows.where(LogLeaf.index > page[-1].LogLeaf.index)).all()


def _ballots_without_a_leaf(meeting: Meeting) -> list[UUID]:
    in_log = exists().where(LogLeaf.compound_id == Ballot.compound_id, LogLeaf.ballot_id == Ballot.id)
    return list(
        db.session.scalars(
            select(Ballot.id).where(Ballot.compound_id == meeting.compound_id, Ballot.meeting_id == meeting.id, ~in_log)
        )
    )


def _of(model: Any, meeting: Meeting) -> Any:
    return select(model).where(model.compound_id == meeting.compound_id, model.meeting_id == meeting.id)
