"""The tree as it changes (区划调整): nodes move below another or merge into one of their kind; the past stays told.

A compound never merges: its rolls, meetings and logs are its own. Who serves above a node serves it from the commit on.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app.core import audit, clock
from app.core.db import db
from app.core.ids import new_id
from app.org import areas, service
from app.org.errors import (
    CompoundsDoNotMerge,
    NodeEnded,
    NodeNotFound,
    NotOfOneKind,
    StandsElsewhere,
    StandsThereAlready,
    WouldStandTwice,
)
from app.org.models import Appointment, OrgChange, OrgChangeKind, OrgKind, OrgUnit


def move(node_id: UUID, parent_id: UUID, operator: str) -> OrgUnit:
    """Put a node, with all below it, below another one.

    Raises NodeNotFound, NodeEnded, StandsElsewhere (not above it in kind), StandsThereAlready, WouldStandTwice.
    """
    service.lock_tree()
    node, parent = _live(node_id), _live(parent_id)
    if service.LEVELS.index(OrgKind(parent.kind)) >= service.LEVELS.index(OrgKind(node.kind)):
        raise StandsElsewhere(kind=node.kind, parent=parent.kind)
    if node.parent_id == parent.id:
        raise StandsThereAlready
    _require_free(parent, node.kind, node.name)
    _move(node, parent, operator)
    return node


def merge(node_id: UUID, into_id: UUID, operator: str) -> OrgUnit:
    """End a node in favour of another of its kind: what stands below it, who serves there and its grids go over.

    Raises NodeNotFound, NodeEnded, CompoundsDoNotMerge, NotOfOneKind, WouldStandTwice.
    """
    service.lock_tree()
    node, into = _live(node_id), _live(into_id)
    if node.kind == OrgKind.COMPOUND:
        raise CompoundsDoNotMerge
    if node.kind != into.kind or node.id == into.id:
        raise NotOfOneKind(kind=node.kind, into=into.kind)
    below = db.session.scalars(select(OrgUnit).where(OrgUnit.parent_id == node.id, OrgUnit.ended_at.is_(None))).all()
    for child in below:
        _require_free(into, child.kind, child.name)
    for child in below:
        _move(child, into, operator)
    _hand_over(node, into, operator)
    areas.hand_over(node, into)
    node.ended_at, node.merged_into = clock.now(), into.id
    _note(node, OrgChangeKind.MERGED, node.parent_id, into.id, operator)
    return into


def parent_at(node_id: UUID, moment: datetime) -> UUID | None:
    """Below which node this one stood then."""
    later = select(OrgChange).where(
        OrgChange.org_unit_id == node_id, OrgChange.kind == OrgChangeKind.MOVED, OrgChange.at > moment
    )
    change = db.session.scalars(later.order_by(OrgChange.at, OrgChange.id).limit(1)).one_or_none()
    return change.before_id if change else db.session.get_one(OrgUnit, node_id).parent_id


def _live(node_id: UUID) -> OrgUnit:
    node = db.session.get(OrgUnit, node_id, populate_existing=True, with_for_update=True)
    if node is None:
        raise NodeNotFound(id=str(node_id))
    if node.ended_at is not None:
        raise NodeEnded(name=node.name)
    return node


def _require_free(parent: OrgUnit, kind: str, name: str) -> None:
    if service.child_of(parent.id, OrgKind(kind), name):
        raise WouldStandTwice(name=name, parent=parent.name)


def _move(node: OrgUnit, parent: OrgUnit, operator: str) -> None:
    before, node.parent_id = node.parent_id, parent.id
    _note(node, OrgChangeKind.MOVED, before, parent.id, operator)


def _note(node: OrgUnit, kind: OrgChangeKind, before: UUID | None, after: UUID, operator: str) -> None:
    db.session.add(
        OrgChange(
            id=new_id(),
            org_unit_id=node.id,
            kind=kind,
            before_id=before,
            after_id=after,
            at=clock.now(),
            operator=operator,
        )
    )
    db.session.flush()
    audit.record(
        audit.PLATFORM,
        None,
        f"{kind.value}_org_unit",
        node.id,
        before={"parent": str(before) if before else None},
        after={"operator": operator, "node": str(after)},
    )


def _hand_over(node: OrgUnit, into: OrgUnit, operator: str) -> None:
    """End the appointments at a node and make them anew at the other, unless they are held there already."""
    now, current = clock.now(), Appointment.ended_at.is_(None)
    for held in db.session.scalars(select(Appointment).where(current, Appointment.org_unit_id == node.id)).all():
        there = select(Appointment.id).where(
            current,
            Appointment.org_unit_id == into.id,
            Appointment.role == held.role,
            Appointment.phone_hash == held.phone_hash,
        )
        db.session.execute(update(Appointment).where(Appointment.id == held.id).values(ended_at=now))
        after = {"operator": operator, "role": held.role, "node": str(into.id)}
        if db.session.scalar(there) is None:
            made = Appointment(
                id=new_id(),
                org_unit_id=into.id,
                role=held.role,
                phone_hash=held.phone_hash,
                phone=held.phone,
                name=held.name,
                account_id=held.account_id,
                appointed_at=now,
                appointed_by=held.appointed_by,
                term_ends=held.term_ends,
            )
            db.session.add(made)
            after |= {"appointment": str(made.id)}
        audit.record(audit.PLATFORM, None, "hand_over_role", held.id, after=after)
    db.session.flush()
