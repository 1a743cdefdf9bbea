"""Branches founded, joined, left and dissolved by the community and the street, by the rule of three."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import new_id
from app.identity.actor import Actor
from app.org import areas, policy, queries
from app.org.branches import rule
from app.org.branches.errors import (
    BranchNotFound,
    HasItsBranch,
    NoSuchNeighbour,
    NotAJointBranch,
    NotGathered,
    NotJoint,
    TooFewMembers,
)
from app.org.branches.models import BranchCompound, BranchKind, PartyBranch, PartyMember
from app.org.branches.reads import BranchView, compounds_of, formal_in, get_branch, view_of
from app.org.models import Area, OrgUnit
from app.org.permissions import Act


def found(
    actor: Actor,
    compound_id: UUID,
    kind: BranchKind,
    name: str,
    neighbour_ids: Collection[UUID] = (),
    party_member_ids: Collection[UUID] = (),
) -> BranchView:
    """Found a branch of this kind, with further compounds or with members. Raises what its kind refuses."""
    if kind is BranchKind.JOINT:
        return found_joint(actor, compound_id, name, neighbour_ids)
    if kind is BranchKind.FUNCTIONAL:
        return found_functional(actor, compound_id, name, party_member_ids)
    return found_own(actor, compound_id, name)


def found_own(actor: Actor, compound_id: UUID, name: str) -> BranchView:
    """A branch of the compound alone, which has three formal members at least.

    Raises NotFound (compound), Forbidden, TooFewMembers, HasItsBranch.
    """
    compound = _mine(actor, compound_id)
    _require_enough(formal_in([compound_id])[compound_id])
    return _founded(actor, BranchKind.OWN, name, [compound])


def found_joint(actor: Actor, compound_id: UUID, name: str, others: Collection[UUID]) -> BranchView:
    """A branch of the compound and neighbouring ones, which have three formal members together at least.

    Raises NotFound (compound), Forbidden (also in one of the others), NoSuchNeighbour, NotJoint, TooFewMembers,
    HasItsBranch.
    """
    compounds = [_mine(actor, compound_id)]
    for other in sorted(set(others) - {compound_id}):
        try:
            compounds.append(_mine(actor, other))
        except NotFound:
            raise NoSuchNeighbour from None
    if len(compounds) < rule.JOINT_LEAST:
        raise NotJoint
    _require_enough(sum(formal_in([one.id for one in compounds]).values()))
    return _founded(actor, BranchKind.JOINT, name, compounds)


def found_functional(actor: Actor, compound_id: UUID, name: str, member_ids: Collection[UUID]) -> BranchView:
    """A branch of members who are registered elsewhere, as of the volunteers or of the property company.

    Raises NotFound (compound), Forbidden, NotGathered, TooFewMembers.
    """
    compound = _mine(actor, compound_id)
    gathered = select(PartyMember).where(
        PartyMember.compound_id == compound_id,
        PartyMember.id.in_(member_ids),
        PartyMember.left_at.is_(None),
        PartyMember.branch_id.is_(None),
        ~PartyMember.registered_here,
    )
    members = db.session.scalars(gathered.order_by(PartyMember.id).with_for_update()).all()
    if len(members) != len(set(member_ids)):
        raise NotGathered
    _require_enough(sum(one.formal for one in members))
    made = _insert(actor, BranchKind.FUNCTIONAL, name, [compound])
    for one in members:
        one.branch_id = made.id
    db.session.flush()
    return view_of(made)


def join(actor: Actor, compound_id: UUID, branch_id: UUID) -> BranchView:
    """Let a joint branch serve this compound too.

    Raises NotFound (compound), Forbidden (also in a compound of the branch), BranchNotFound, NotAJointBranch,
    HasItsBranch.
    """
    compound = _mine(actor, compound_id)
    branch = _locked_joint(actor, branch_id)
    _serve(branch, [compound])
    audit.record(compound_id, actor.account_id, "join_branch", branch_id)
    return view_of(branch)


def leave(actor: Actor, compound_id: UUID, branch_id: UUID) -> BranchView:
    """Let a joint branch no longer serve this compound; two are left at least.

    Raises NotFound (compound), Forbidden (also in a compound of the branch), BranchNotFound, NotAJointBranch, NotJoint.
    """
    _mine(actor, compound_id)
    get_branch(branch_id, compound_id)
    branch = _locked_joint(actor, branch_id)
    get_branch(branch_id, compound_id)
    if len(compounds_of(branch_id)) <= rule.JOINT_LEAST:
        raise NotJoint
    _end_service(branch_id, clock.now(), BranchCompound.compound_id == compound_id)
    audit.record(compound_id, actor.account_id, "leave_branch", branch_id)
    return view_of(branch)


def dissolve(actor: Actor, compound_id: UUID, branch_id: UUID) -> None:
    """Dissolve a branch that serves the compound: its compounds are free for another, its members stay registered.

    Raises NotFound (compound), Forbidden (also in a compound of the branch), BranchNotFound.
    """
    _mine(actor, compound_id)
    branch = _locked(actor, branch_id)
    get_branch(branch_id, compound_id)
    served = [one.id for one in compounds_of(branch_id)]
    branch.ended_at, branch.ended_by = areas.end_where(Area.branch_id == branch_id), actor.account_id
    _end_service(branch_id, branch.ended_at)
    db.session.execute(update(PartyMember).where(PartyMember.branch_id == branch_id).values(branch_id=None))
    db.session.flush()
    for one in served:
        audit.record(one, actor.account_id, "dissolve_branch", branch_id)


def _mine(actor: Actor, compound_id: UUID) -> OrgUnit:
    compound = queries.get_compound(compound_id)
    policy.require(actor, Act.FOUND_BRANCH, compound_id)
    return compound


def _require_enough(formal: int) -> None:
    if not rule.enough(formal):
        raise TooFewMembers(formal=formal, least=rule.LEAST)


def _founded(actor: Actor, kind: BranchKind, name: str, compounds: Collection[OrgUnit]) -> BranchView:
    return view_of(_insert(actor, kind, name, compounds))


def _insert(actor: Actor, kind: BranchKind, name: str, compounds: Collection[OrgUnit]) -> PartyBranch:
    branch = PartyBranch(id=new_id(), kind=kind, name=name, founded_at=clock.now(), founded_by=actor.account_id)
    db.session.add(branch)
    db.session.flush()
    _serve(branch, compounds)
    for one in compounds:
        audit.record(one.id, actor.account_id, "found_branch", branch.id, after={"kind": kind.value})
    return branch


def _serve(branch: PartyBranch, compounds: Collection[OrgUnit]) -> None:
    """Let the branch serve the compounds, in the order of their ids: two who found at once wait for each other."""
    for one in sorted(compounds, key=lambda compound: compound.id):
        made = db.session.scalar(
            insert(BranchCompound)
            .values(
                compound_id=one.id,
                id=new_id(),
                branch_id=branch.id,
                territorial=branch.kind != BranchKind.FUNCTIONAL,
                since=clock.now(),
            )
            .on_conflict_do_nothing()
            .returning(BranchCompound.id)
        )
        if made is None:
            raise HasItsBranch(compound=one.name)


def _end_service(branch_id: UUID, moment: datetime, *which: ColumnElement[bool]) -> None:
    live = update(BranchCompound).where(BranchCompound.branch_id == branch_id, BranchCompound.until.is_(None), *which)
    db.session.execute(live.values(until=moment))


def _locked(actor: Actor, branch_id: UUID) -> PartyBranch:
    """A branch, which nobody else changes until this transaction ends, for who may found one in all its compounds."""
    branch = db.session.get(PartyBranch, branch_id, populate_existing=True, with_for_update=True)
    if branch is None or branch.ended_at:
        raise BranchNotFound
    for one in compounds_of(branch_id):
        policy.require(actor, Act.FOUND_BRANCH, one.id)
    return branch


def _locked_joint(actor: Actor, branch_id: UUID) -> PartyBranch:
    branch = _locked(actor, branch_id)
    if branch.kind != BranchKind.JOINT:
        raise NotAJointBranch
    return branch
