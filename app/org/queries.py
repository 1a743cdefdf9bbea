"""Reads of the organisation."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, exists, select
from sqlalchemy.orm import aliased

from app.core.asked_once import once
from app.core.db import db
from app.core.errors import NotFound
from app.org import places
from app.org.models import Appointment, OrgChange, OrgKind, OrgUnit, Role
from app.org.places import Place


def get_compound(compound_id: UUID) -> OrgUnit:
    """The compound's node. Raises NotFound."""
    unit = db.session.get(OrgUnit, compound_id)
    if unit is None or unit.kind != OrgKind.COMPOUND:
        raise NotFound
    return unit


def _up_from(node: UUID | BindParameter[UUID]) -> Select[UUID]:
    """The node and every node above it."""
    line = select(OrgUnit.id, OrgUnit.parent_id).where(OrgUnit.id == node).cte("line", recursive=True)
    above = aliased(OrgUnit)
    line = line.union_all(select(above.id, above.parent_id).where(above.id == line.c.parent_id))
    return select(line.c.id)


# Made once, for every act asks: to make it costs several times what the server needs to answer it.
_UP_FROM: Final = _up_from(bindparam("node"))
_ROLES: Final = select(Appointment.role).where(Appointment.ended_at.is_(None), Appointment.org_unit_id.in_(_UP_FROM))
_ROLES_OF_ACCOUNT: Final = _ROLES.where(Appointment.account_id == bindparam("account_id"))
_STEWARDSHIPS: Final = (
    select(Appointment)
    .where(
        Appointment.ended_at.is_(None),
        Appointment.role == Role.STEWARD,
        Appointment.org_unit_id.in_(_UP_FROM),
        Appointment.account_id == bindparam("account_id"),
    )
    .order_by(Appointment.id)
)
_ROLES_OF_NUMBER: Final = _ROLES.where(Appointment.phone_hash == bindparam("phone_hash"))


def roles_held(account_id: UUID, org_unit_id: UUID) -> frozenset[Role]:
    """The roles that the account holds at the node or at a node above it."""
    return once(
        (roles_held, account_id, org_unit_id),
        lambda: _roles(_ROLES_OF_ACCOUNT, account_id=account_id, node=org_unit_id),
    )


def places_of(account_id: UUID, org_unit_id: UUID) -> Sequence[Place] | None:
    """The places that the account looks after as a steward at the node; None: it is steward of all of it."""

    def ask() -> Sequence[Place] | None:
        held = db.session.scalars(_STEWARDSHIPS, {"account_id": account_id, "node": org_unit_id}).all()
        found = [place for one in held if (place := places.of(one))]
        return found if len(found) == len(held) else None

    return once((places_of, account_id, org_unit_id), ask)


def holds_role(account_id: UUID, roles: Collection[Role], org_unit_id: UUID) -> bool:
    """Whether the account holds one of the roles at the node or at a node above it."""
    return not roles_held(account_id, org_unit_id).isdisjoint(roles)


def number_holds_role(phone_hash: bytes, roles: Collection[Role], org_unit_id: UUID) -> bool:
    """Whether one of the roles at the node or above it was given to this number, whoever has proven it or nobody."""
    return not _roles(_ROLES_OF_NUMBER, phone_hash=phone_hash, node=org_unit_id).isdisjoint(roles)


def _roles(found: Select[str], **values: object) -> frozenset[Role]:
    return frozenset(map(Role, db.session.scalars(found, values)))


def is_staffed(org_unit_id: UUID, role: Role) -> bool:
    """Whether anybody holds the role at the node itself, proven or not."""
    held = exists().where(
        Appointment.org_unit_id == org_unit_id, Appointment.role == role, Appointment.ended_at.is_(None)
    )
    return bool(db.session.scalar(select(held)))


def accounts_in_role(roles: Collection[Role], org_unit_id: UUID) -> Select[UUID]:
    """The accounts that hold one of the roles at the node or at a node above it, as `account_id`."""
    return select(Appointment.account_id.label("account_id")).where(  # type: ignore[return-value]
        Appointment.account_id.is_not(None),
        Appointment.role.in_(roles),
        Appointment.ended_at.is_(None),
        Appointment.org_unit_id.in_(_up_from(org_unit_id)),
    )


def appointments_of(account_id: UUID) -> Sequence[tuple[str, OrgUnit]]:
    """The roles that an account holds now, each with its node."""
    rows = db.session.execute(
        select(Appointment.role, OrgUnit)
        .join(OrgUnit, OrgUnit.id == Appointment.org_unit_id)
        .where(Appointment.account_id == account_id, Appointment.ended_at.is_(None))
        .order_by(Appointment.id)
    )
    return [(role, unit) for role, unit in rows]


def appointments_over(org_unit_id: UUID) -> Sequence[tuple[Appointment, OrgUnit]]:
    """The current appointments at the node and above it: the node's own first, the longest in office first."""
    rows = db.session.execute(
        select(Appointment, OrgUnit)
        .join(OrgUnit, OrgUnit.id == Appointment.org_unit_id)
        .where(Appointment.ended_at.is_(None), Appointment.org_unit_id.in_(_UP_FROM))
        .order_by(Appointment.appointed_at, Appointment.id),
        {"node": org_unit_id},
    ).all()
    height = list(reversed(OrgKind))
    return sorted(((one, node) for one, node in rows), key=lambda pair: height.index(OrgKind(pair[1].kind)))


def compounds_below(org_unit_ids: Collection[UUID], at_most: int) -> Sequence[OrgUnit]:
    """The compounds below the nodes, by name; none where there are more than `at_most`."""
    tree = select(OrgUnit.id).where(OrgUnit.id.in_(org_unit_ids)).cte("below", recursive=True)
    child = aliased(OrgUnit)
    tree = tree.union(select(child.id).where(child.parent_id == tree.c.id))
    found = db.session.scalars(
        select(OrgUnit)
        .where(OrgUnit.id.in_(select(tree.c.id)), OrgUnit.kind == OrgKind.COMPOUND)
        .order_by(OrgUnit.name, OrgUnit.id)
        .limit(at_most + 1)
    ).all()
    return found if len(found) <= at_most else []


def path_to(org_unit_id: UUID) -> Sequence[OrgUnit]:
    """The nodes from the top down to the node itself."""
    nodes = db.session.scalars(select(OrgUnit).where(OrgUnit.id.in_(_UP_FROM)), {"node": org_unit_id})
    return sorted(nodes, key=lambda unit: list(OrgKind).index(OrgKind(unit.kind)))


def tree() -> Iterator[tuple[int, OrgUnit, Sequence[Appointment]]]:
    """Every node from the top down with its depth and its current appointments."""
    children: dict[UUID | None, list[OrgUnit]] = defaultdict(list)
    for unit in db.session.scalars(select(OrgUnit).where(OrgUnit.ended_at.is_(None)).order_by(OrgUnit.id)):
        children[unit.parent_id].append(unit)
    held: dict[UUID, list[Appointment]] = defaultdict(list)
    for appointment in db.session.scalars(select(Appointment).where(Appointment.ended_at.is_(None))):
        held[appointment.org_unit_id].append(appointment)
    waiting = [(0, unit) for unit in reversed(children[None])]
    while waiting:
        depth, unit = waiting.pop()
        yield depth, unit, held[unit.id]
        waiting += [(depth + 1, child) for child in reversed(children[unit.id])]


def changes_of(org_unit_id: UUID) -> Sequence[tuple[OrgChange, str | None, str]]:
    """What became of a node, the oldest first, with the names of where it stood before and after."""
    before, after = aliased(OrgUnit), aliased(OrgUnit)
    rows = db.session.execute(
        select(OrgChange, before.name, after.name)
        .outerjoin(before, before.id == OrgChange.before_id)
        .join(after, after.id == OrgChange.after_id)
        .where(OrgChange.org_unit_id == org_unit_id)
        .order_by(OrgChange.at, OrgChange.id)
    )
    return [(change, old, new) for change, old, new in rows]
