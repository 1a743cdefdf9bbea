"""What anyone who may see a meeting can ask of its ballot log: signed heads, and proofs against them."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from sqlalchemy import select

from app.core.canonical import moment
from app.core.db import db
from app.core.recent import Recent
from app.identity.actor import Actor
from app.meetings import policy
from app.meetings.errors import LeafNotInLog, LogHeadNotFound, MeetingNotFound
from app.meetings.log.merkle import Tree
from app.meetings.models import LogLeaf, Meeting, TreeHead

HEADS_SHOWN = 100


@dataclass(frozen=True)
class HeadView:
    """A signed tree head; hashes and signature in hex, `signed_at` as it was signed."""

    size: int
    root_hash: str
    signed_at: str
    key_id: str
    signature: str


@dataclass(frozen=True)
class InclusionProof:
    """That a leaf is among those of a head: RFC 9162, 2.1.3. `path` from the leaf up, in hex."""

    leaf_hash: str
    leaf_index: int
    head: HeadView
    path: Sequence[str]


@dataclass(frozen=True)
class ConsistencyProof:
    """That one head's leaves are the first of another's: RFC 9162, 2.1.4. `path` in hex."""

    first: HeadView
    second: HeadView
    path: Sequence[str]


def list_heads(actor: Actor, compound_id: UUID, meeting_id: UUID) -> Sequence[HeadView]:
    """The newest heads of a meeting's log, the newest first. Raises Forbidden, MeetingNotFound."""
    _require_announced(actor, compound_id, meeting_id)
    heads = db.session.scalars(
        select(TreeHead)
        .where(TreeHead.compound_id == compound_id, TreeHead.meeting_id == meeting_id)
        .order_by(TreeHead.size.desc())
        .limit(HEADS_SHOWN)
    )
    return [view_of(head) for head in heads]


def prove_inclusion(
    actor: Actor, compound_id: UUID, meeting_id: UUID, leaf_hash: bytes, size: int | None = None
) -> InclusionProof:
    """Prove that the leaf is in the log as signed over `size` leaves, by default the newest head.

    Raises Forbidden, MeetingNotFound, LogHeadNotFound, LeafNotInLog.
    """
    _require_announced(actor, compound_id, meeting_id)
    head = _head(compound_id, meeting_id, size)
    index = db.session.scalar(
        select(LogLeaf.index).where(
            LogLeaf.compound_id == compound_id,
            LogLeaf.meeting_id == meeting_id,
            LogLeaf.leaf_hash == leaf_hash,
            LogLeaf.index < head.size,
        )
    )
    if index is None:
        raise LeafNotInLog
    path = _tree(head).inclusion(index, head.size)
    return InclusionProof(leaf_hash.hex(), index, view_of(head), [node.hex() for node in path])


def prove_consistency(actor: Actor, compound_id: UUID, meeting_id: UUID, first: int, second: int) -> ConsistencyProof:
    """Prove that the log as signed over `first` leaves was only appended to until it had `second`.

    Raises Forbidden, MeetingNotFound, LogHeadNotFound.
    """
    _require_announced(actor, compound_id, meeting_id)
    earlier, later = sorted((first, second))
    heads = _head(compound_id, meeting_id, earlier), _head(compound_id, meeting_id, later)
    path = _tree(heads[1]).consistency(earlier, later)
    return ConsistencyProof(view_of(heads[0]), view_of(heads[1]), [node.hex() for node in path])


def view_of(head: TreeHead) -> HeadView:
    """A head as it is shown and signed."""
    return HeadView(
        size=head.size,
        root_hash=head.root_hash.hex(),
        signed_at=moment(head.signed_at),
        key_id=head.key_id,
        signature=head.signature.hex(),
    )


def _require_announced(actor: Actor, compound_id: UUID, meeting_id: UUID) -> None:
    policy.require_see(actor, compound_id, meeting_id)
    announced = select(Meeting.announced_at).where(Meeting.compound_id == compound_id, Meeting.id == meeting_id)
    if db.session.scalar(announced) is None:
        raise MeetingNotFound


def _head(compound_id: UUID, meeting_id: UUID, size: int | None) -> TreeHead:
    heads = select(TreeHead).where(TreeHead.compound_id == compound_id, TreeHead.meeting_id == meeting_id)
    if size is not None:
        heads = heads.where(TreeHead.size == size)
    head = db.session.scalar(heads.order_by(TreeHead.size.desc()).limit(1))
    if head is None:
        raise LogHeadNotFound
    return head


# A process keeps the trees that it was last asked about and only reads what was appended: a log never changes.
_trees: Recent[UUID, Tree] = Recent(16)
_trees_lock = Lock()


def _tree(head: TreeHead) -> Tree:
    """The tree of the head's meeting, with at least its leaves; 64 bytes of memory a leaf."""
    with _trees_lock:
        tree = _trees.get(head.meeting_id)
        if tree is None:
            tree = _trees.put(head.meeting_id, Tree())
        missing = (
            select(LogLeaf.leaf_hash)
            .where(
                LogLeaf.compound_id == head.compound_id,
                LogLeaf.meeting_id == head.meeting_id,
                LogLeaf.index >= len(tree),
                LogLeaf.index < head.size,
            )
            .order_by(LogLeaf.index)
        )
        if len(tree) < head.size:
            for leaf_hash in db.session.scalars(missing):
                tree.append(leaf_hash)
        return tree
