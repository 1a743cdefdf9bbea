"""Members of a compound: entered with their consent, made formal, gathered in branches, erased on leaving."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.ids import new_id
from app.core.masking import mask_phone
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from app.identity.numbers import hand_over
from app.org import policy, queries
from app.org.branches.errors import MemberAlready, MemberNotFound, NotGathered, RegisteredElsewhere
from app.org.branches.models import BranchKind, PartyMember
from app.org.branches.reads import get_branch
from app.org.permissions import Act

_LIVE = PartyMember.left_at.is_(None)


@dataclass(frozen=True)
class MemberView:
    """A member as branch roles see it: named, the phone masked. `joined`: whether the number is proven."""

    id: UUID
    name: str
    phone_masked: str
    formal: bool
    registered_here: bool
    branch_id: UUID | None
    joined: bool
    added_at: datetime


def add(
    actor: Actor, compound_id: UUID, name: str, phone: str, formal: bool, registered_here: bool, consent_note: str
) -> MemberView:
    """Enter a member of the compound who has agreed separately; `consent_note` says where that is filed (PIPL 29).

    Raises NotFound (compound), Forbidden, MemberAlready, RegisteredElsewhere.
    """
    queries.get_compound(compound_id)
    policy.require(actor, Act.MANAGE_PARTY_MEMBERS, compound_id)
    phone_hash = lookup_hash("phone", phone)
    if registered_here:
        _require_registered_nowhere_else(compound_id, phone_hash)
    made: PartyMember | None = db.session.scalar(
        insert(PartyMember)
        .values(
            compound_id=compound_id,
            id=new_id(),
            name=name,
            phone=phone,
            phone_hash=phone_hash,
            account_id=select(AccountPhone.account_id).where(AccountPhone.phone_hash == phone_hash).scalar_subquery(),
            formal=formal,
            registered_here=registered_here,
            consent_note=consent_note,
            added_by=actor.account_id,
            added_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(PartyMember)
    )
    if made is None:
        raise MemberAlready
    audit.record(compound_id, actor.account_id, "add_party_member", made.id)
    return _view(made)


def members_of(actor: Actor, compound_id: UUID, page: Page = WHOLE) -> Sequence[MemberView]:
    """The compound's members, as they were entered; every look is on the audit log. Raises Forbidden."""
    policy.require(actor, Act.SEE_AFFILIATION, compound_id)
    audit.record(compound_id, actor.account_id, "read_party_members", compound_id)
    listed = paged(_members(compound_id), page, (PartyMember.id,), PartyMember.compound_id == compound_id)
    return [_view(one) for one in db.session.scalars(listed)]


def make_formal(actor: Actor, compound_id: UUID, member_id: UUID) -> MemberView:
    """Note that a probationary member has become a formal one (转正). Raises Forbidden, MemberNotFound."""
    policy.require(actor, Act.MANAGE_PARTY_MEMBERS, compound_id)
    member = _locked(compound_id, member_id)
    if not member.formal:
        member.formal = True
        db.session.flush()
        audit.record(compound_id, actor.account_id, "make_party_member_formal", member_id)
    return _view(member)


def gather(actor: Actor, compound_id: UUID, member_id: UUID, branch_id: UUID | None) -> MemberView:
    """Put a member who is registered elsewhere into a functional branch that serves the compound, or out of it.

    Raises Forbidden, MemberNotFound, BranchNotFound, NotGathered.
    """
    policy.require(actor, Act.MANAGE_PARTY_MEMBERS, compound_id)
    member = _locked(compound_id, member_id)
    if branch_id is not None:
        kind = get_branch(branch_id, compound_id).kind
        if member.registered_here or kind != BranchKind.FUNCTIONAL:
            raise NotGathered
    member.branch_id = branch_id
    db.session.flush()
    after = {"branch": str(branch_id) if branch_id else None}
    audit.record(compound_id, actor.account_id, "gather_party_member", member_id, after=after)
    return _view(member)


def remove(actor: Actor, compound_id: UUID, member_id: UUID) -> None:
    """End somebody's membership here: name and phone are erased. Raises Forbidden, MemberNotFound."""
    policy.require(actor, Act.MANAGE_PARTY_MEMBERS, compound_id)
    _leave(actor, _locked(compound_id, member_id))


def get_mine(actor: Actor, compound_id: UUID) -> MemberView:
    """How the actor is entered in the compound. Raises MemberNotFound."""
    return _view(_mine(actor, compound_id))


def leave(actor: Actor, compound_id: UUID) -> None:
    """Take the consent back, as the member: name and phone are erased at once (PIPL 15). Raises MemberNotFound."""
    _leave(actor, _mine(actor, compound_id))


def claim(account_id: UUID, phone_hash: bytes) -> None:
    """Hand the memberships of a number to the account that has just proven it, and to it alone."""
    hand_over(PartyMember.account_id, PartyMember.phone_hash, _LIVE, account_id, phone_hash)


def _require_registered_nowhere_else(compound_id: UUID, phone_hash: bytes) -> None:
    """Membership is registered in one place; two desks may enter one person at once, so the number is locked."""
    db.session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(phone_hash[:8], signed=True))))
    other = select(PartyMember.id).where(
        _LIVE, PartyMember.phone_hash == phone_hash, PartyMember.registered_here, PartyMember.compound_id != compound_id
    )
    if db.session.scalar(other) is not None:
        raise RegisteredElsewhere


def _members(compound_id: UUID) -> Select[PartyMember]:
    return select(PartyMember).where(PartyMember.compound_id == compound_id, _LIVE)


def _locked(compound_id: UUID, member_id: UUID) -> PartyMember:
    return _one(_members(compound_id).where(PartyMember.id == member_id))


def _mine(actor: Actor, compound_id: UUID) -> PartyMember:
    return _one(_members(compound_id).where(PartyMember.account_id == actor.account_id))


def _one(wanted: Select[PartyMember]) -> PartyMember:
    member: PartyMember | None = db.session.scalar(wanted.with_for_update())
    if member is None:
        raise MemberNotFound
    return member


def _leave(actor: Actor, member: PartyMember) -> None:
    member.name = member.phone = member.phone_hash = None
    member.left_at, member.branch_id = clock.now(), None
    db.session.flush()
    audit.record(member.compound_id, actor.account_id, "remove_party_member", member.id)


def _view(member: PartyMember) -> MemberView:
    return MemberView(
        id=member.id,
        name=member.name or "",
        phone_masked=mask_phone(member.phone or ""),
        formal=member.formal,
        registered_here=member.registered_here,
        branch_id=member.branch_id,
        joined=member.account_id is not None,
        added_at=member.added_at,
    )
