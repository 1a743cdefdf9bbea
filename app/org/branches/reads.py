"""Which branches serve a compound, how large each is, and what is to be done about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from app.core.db import db
from app.identity.actor import Actor
from app.org import policy, queries
from app.org.branches import rule
from app.org.branches.errors import BranchNotFound
from app.org.branches.models import BranchCompound, BranchKind, PartyBranch, PartyMember
from app.org.models import OrgKind, OrgUnit
from app.org.permissions import Act

_MEMBER = PartyMember.left_at.is_(None)
_SERVED = BranchCompound.until.is_(None)


@dataclass(frozen=True)
class BranchView:
    """A branch as branch roles see it. `below_three`: it may not be kept so; `advice`: what is to be done."""

    id: UUID
    kind: str
    kind_text: str
    name: str
    founded_at: datetime
    ended_at: datetime | None
    compounds: Sequence[str]
    formal: int
    members: int
    below_three: bool
    advice: str | None


@dataclass(frozen=True)
class Branches:
    """The branches that serve a compound, those that did, and its members who are registered here.

    `advice`: what is to be done where no own or joint branch serves it.
    """

    branches: Sequence[BranchView]
    former: Sequence[BranchView]
    formal_here: int
    advice: str | None


@dataclass(frozen=True)
class Neighbour:
    """A compound of the same community: how many formal members are registered there, and whether it is served."""

    id: UUID
    name: str
    formal: int
    served: bool


def branches_of(actor: Actor, compound_id: UUID) -> Branches:
    """The branches of a compound. Raises NotFound (compound), Forbidden."""
    queries.get_compound(compound_id)
    policy.require(actor, Act.SEE_AFFILIATION, compound_id)
    rows = db.session.execute(
        select(PartyBranch, func.bool_or(_SERVED))
        .join(BranchCompound, BranchCompound.branch_id == PartyBranch.id)
        .where(BranchCompound.compound_id == compound_id)
        .group_by(PartyBranch.id)
        .order_by(PartyBranch.founded_at, PartyBranch.id)
    ).all()
    views = {branch.id: view_of(branch) for branch, _ in rows}
    live = [views[branch.id] for branch, serves in rows if serves]
    formal = formal_in([compound_id])[compound_id]
    has_one = any(one.kind != BranchKind.FUNCTIONAL for one in live)
    return Branches(
        branches=live,
        former=[views[branch.id] for branch, serves in rows if not serves],
        formal_here=formal,
        advice=None if has_one else rule.advice_without(formal),
    )


def serving(compound_id: UUID, name: str) -> UUID | None:
    """The branch of this name that serves the compound; the oldest, should there be two."""
    found = (
        select(PartyBranch.id)
        .join(BranchCompound, BranchCompound.branch_id == PartyBranch.id)
        .where(BranchCompound.compound_id == compound_id, _SERVED, PartyBranch.name == name)
    )
    return db.session.scalar(found.order_by(PartyBranch.founded_at, PartyBranch.id).limit(1))


def neighbours_of(actor: Actor, compound_id: UUID) -> Sequence[Neighbour]:
    """The compounds of the same community, by name, the compound itself first. Raises NotFound, Forbidden."""
    here = queries.get_compound(compound_id)
    policy.require(actor, Act.SEE_AFFILIATION, compound_id)
    found = db.session.scalars(
        select(OrgUnit)
        .where(OrgUnit.parent_id == here.parent_id, OrgUnit.kind == OrgKind.COMPOUND, OrgUnit.ended_at.is_(None))
        .order_by(OrgUnit.id != compound_id, OrgUnit.name)
    ).all()
    mine = [one for one in found if policy.can(actor, Act.FOUND_BRANCH, one.id)]
    formal = formal_in([one.id for one in mine])
    served = served_among([one.id for one in mine])
    return [Neighbour(one.id, one.name, formal[one.id], one.id in served) for one in mine]


def joinable(actor: Actor, compound_id: UUID) -> Sequence[BranchView]:
    """The joint branches of the community that the compound may join; none where it has its branch.

    Raises NotFound (compound), Forbidden.
    """
    compounds = neighbours_of(actor, compound_id)
    others = [one.id for one in compounds if one.id != compound_id]
    if any(one.served for one in compounds if one.id == compound_id):
        return []
    found = (
        select(PartyBranch)
        .join(BranchCompound, BranchCompound.branch_id == PartyBranch.id)
        .where(BranchCompound.compound_id.in_(others), _SERVED)
        .where(PartyBranch.kind == BranchKind.JOINT)
        .distinct()
    )
    return [view_of(one) for one in db.session.scalars(found.order_by(PartyBranch.id))]


def get_branch(branch_id: UUID, compound_id: UUID) -> PartyBranch:
    """A branch that serves the compound today. Raises BranchNotFound."""
    branch = db.session.get(PartyBranch, branch_id, populate_existing=True)
    if branch is None or not serves(branch_id, compound_id):
        raise BranchNotFound
    return branch


def serves(branch_id: UUID, compound_id: UUID) -> bool:
    """Whether the branch serves the compound today."""
    found = select(BranchCompound.id).where(
        BranchCompound.compound_id == compound_id, BranchCompound.branch_id == branch_id, _SERVED
    )
    return db.session.scalar(found) is not None


def compounds_of(branch_id: UUID) -> Sequence[OrgUnit]:
    """The compounds that a branch serves today, or served to its end."""
    joined = select(OrgUnit).join(BranchCompound, BranchCompound.compound_id == OrgUnit.id)
    ended = select(PartyBranch.ended_at).where(PartyBranch.id == branch_id).scalar_subquery()
    last = or_(_SERVED, BranchCompound.until == ended)
    return db.session.scalars(joined.where(BranchCompound.branch_id == branch_id, last).order_by(OrgUnit.name)).all()


def formal_in(compound_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many formal members are registered in each of these compounds."""
    rows = db.session.execute(
        select(PartyMember.compound_id, func.count())
        .where(PartyMember.compound_id.in_(compound_ids), _MEMBER, PartyMember.registered_here, PartyMember.formal)
        .group_by(PartyMember.compound_id)
    )
    return dict.fromkeys(compound_ids, 0) | dict(rows.all())


def served_among(compound_ids: Collection[UUID]) -> set[UUID]:
    """Those of the compounds that have their own or joint branch."""
    found = select(BranchCompound.compound_id).where(
        BranchCompound.compound_id.in_(compound_ids), _SERVED, BranchCompound.territorial
    )
    return set(db.session.scalars(found))


def view_of(branch: PartyBranch) -> BranchView:
    """A branch as it is today: without its members once it has ended."""
    kind, compounds = BranchKind(branch.kind), compounds_of(branch.id)
    size = _size(branch, [one.id for one in compounds])
    return BranchView(
        id=branch.id,
        kind=kind.value,
        kind_text=kind.chinese,
        name=branch.name,
        founded_at=branch.founded_at,
        ended_at=branch.ended_at,
        compounds=[one.name for one in compounds],
        formal=size.formal,
        members=size.members,
        below_three=branch.ended_at is None and not rule.enough(size.formal),
        advice=None if branch.ended_at else rule.advice(kind, size),
    )


def _size(branch: PartyBranch, compound_ids: Collection[UUID]) -> rule.Size:
    if branch.ended_at:
        return rule.Size(0, 0, len(compound_ids))
    if branch.kind == BranchKind.FUNCTIONAL:
        belongs = PartyMember.branch_id == branch.id
    else:
        belongs = PartyMember.compound_id.in_(compound_ids) & PartyMember.registered_here
    counted = select(func.count().filter(PartyMember.formal), func.count()).where(belongs, _MEMBER)
    formal, members = db.session.execute(counted).one()
    return rule.Size(formal, members, len(compound_ids))
