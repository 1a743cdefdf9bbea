"""Groups that help in a compound: partner units (共建单位), veterans (五老), companies; who belongs to which.

A member is named by a phone number, as an appointment is, and is somebody's account once the number is proven.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit, clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.ids import new_id
from app.core.masking import mask_phone
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.identity.models import AccountPhone
from app.identity.numbers import hand_over
from app.org.models import GroupKind, GroupMember, HelpingGroup
from app.org.permissions import Act
from app.org.policy import require

_LIVE = GroupMember.left_at.is_(None)


class GroupNotFound(NotFound):
    code = "group_not_found"
    message = "没有找到这个团队，它可能已经解散，请刷新列表。"


class GroupNameTaken(Conflict):
    code = "group_name_taken"
    message = "已经有同名的团队，请换一个名称。"


class GroupMemberNotFound(NotFound):
    code = "group_member_not_found"
    message = "没有找到这位成员，请刷新列表。"


class NotYourGroup(Conflict):
    code = "not_your_group"
    message = "您不是这个团队的成员，请选择您所在的团队，或以个人名义认领。"


@dataclass(frozen=True)
class GroupView:
    """A group as residents see it. `mine`: whether the actor belongs to it."""

    id: UUID
    kind: str
    kind_text: str
    name: str
    members: int
    mine: bool


@dataclass(frozen=True)
class MemberView:
    """A member as the secretary sees it. `joined`: whether the number is proven."""

    id: UUID
    phone_masked: str
    joined: bool
    added_at: datetime


def add_group(actor: Actor, compound_id: UUID, kind: GroupKind, name: str) -> GroupView:
    """Enter a group that helps in the compound. Raises Forbidden, GroupNameTaken."""
    require(actor, Act.MANAGE_GROUPS, compound_id)
    group_id = db.session.scalar(
        insert(HelpingGroup)
        .values(
            compound_id=compound_id,
            id=new_id(),
            kind=kind,
            name=name,
            created_by=actor.account_id,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(HelpingGroup.id)
    )
    if group_id is None:
        raise GroupNameTaken
    audit.record(compound_id, actor.account_id, "add_group", group_id)
    return GroupView(group_id, kind.value, kind.chinese, name, 0, False)


def end_group(actor: Actor, compound_id: UUID, group_id: UUID) -> None:
    """Dissolve a group; what it did stays its own. Raises Forbidden, GroupNotFound."""
    require(actor, Act.MANAGE_GROUPS, compound_id)
    _locked(compound_id, group_id).ended_at = clock.now()
    db.session.flush()
    audit.record(compound_id, actor.account_id, "end_group", group_id)


def add_member(actor: Actor, compound_id: UUID, group_id: UUID, phone: str) -> MemberView:
    """Let whoever proves the number belong to the group; once more changes nothing. Raises Forbidden, GroupNotFound."""
    require(actor, Act.MANAGE_GROUPS, compound_id)
    _locked(compound_id, group_id)
    phone_hash = lookup_hash("phone", phone)
    account_id = db.session.scalar(select(AccountPhone.account_id).where(AccountPhone.phone_hash == phone_hash))
    db.session.execute(
        insert(GroupMember)
        .values(
            compound_id=compound_id,
            id=new_id(),
            group_id=group_id,
            phone=phone,
            phone_hash=phone_hash,
            account_id=account_id,
            added_by=actor.account_id,
            added_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
    audit.record(compound_id, actor.account_id, "add_group_member", group_id)
    member = db.session.scalars(_members(compound_id, group_id).where(GroupMember.phone_hash == phone_hash)).one()
    return _member_view(member)


def remove_member(actor: Actor, compound_id: UUID, group_id: UUID, member_id: UUID) -> None:
    """End somebody's membership. Raises Forbidden, GroupNotFound, GroupMemberNotFound."""
    require(actor, Act.MANAGE_GROUPS, compound_id)
    _locked(compound_id, group_id)
    member = db.session.scalars(_members(compound_id, group_id).where(GroupMember.id == member_id)).one_or_none()
    if member is None:
        raise GroupMemberNotFound
    member.left_at = clock.now()
    db.session.flush()
    audit.record(compound_id, actor.account_id, "remove_group_member", group_id)


def members_of(actor: Actor, compound_id: UUID, group_id: UUID, page: Page = WHOLE) -> Sequence[MemberView]:
    """A group's members, in the order in which they were added. Raises Forbidden, GroupNotFound."""
    require(actor, Act.MANAGE_GROUPS, compound_id)
    _locked(compound_id, group_id)
    rows = GroupMember.compound_id == compound_id
    listed = paged(_members(compound_id, group_id), page, (GroupMember.id,), rows)
    return [_member_view(one) for one in db.session.scalars(listed)]


def groups_in(actor: Actor, compound_id: UUID) -> Sequence[GroupView]:
    """The groups that help in the compound today, by name. The caller checks that the actor may see it."""
    live = (GroupMember.compound_id == HelpingGroup.compound_id) & (GroupMember.group_id == HelpingGroup.id) & _LIVE
    rows = db.session.execute(
        select(
            HelpingGroup,
            func.count(GroupMember.id),
            func.coalesce(func.bool_or(GroupMember.account_id == actor.account_id), False),
        )
        .outerjoin(GroupMember, live)
        .where(HelpingGroup.compound_id == compound_id, HelpingGroup.ended_at.is_(None))
        .group_by(HelpingGroup.compound_id, HelpingGroup.id)
        .order_by(HelpingGroup.name)
    )
    return [
        GroupView(group.id, group.kind, GroupKind(group.kind).chinese, group.name, members, mine)
        for group, members, mine in rows
    ]


def require_member(account_id: UUID, compound_id: UUID, group_id: UUID) -> None:
    """Raise NotYourGroup unless the account belongs to the group today."""
    if not db.session.scalar(select(_belongs(account_id, compound_id).where(HelpingGroup.id == group_id).exists())):
        raise NotYourGroup


def helps_in(account_id: UUID, compound_id: UUID) -> bool:
    """Whether the account belongs to a group that helps in the compound today."""
    return bool(db.session.scalar(select(_belongs(account_id, compound_id).exists())))


def exists(compound_id: UUID, group_id: UUID) -> bool:
    """Whether there is such a group today."""
    group = db.session.get(HelpingGroup, (compound_id, group_id))
    return group is not None and group.ended_at is None


def group_names(compound_id: UUID, group_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of these groups, dissolved ones too."""
    found = select(HelpingGroup.id, HelpingGroup.name).where(
        HelpingGroup.compound_id == compound_id, HelpingGroup.id.in_(group_ids)
    )
    return dict(db.session.execute(found).all())


def claim(account_id: UUID, phone_hash: bytes) -> None:
    """Hand the memberships of a number to the account that has just proven it, and to it alone."""
    hand_over(GroupMember.account_id, GroupMember.phone_hash, _LIVE, account_id, phone_hash)


def _belongs(account_id: UUID, compound_id: UUID) -> Select[UUID]:
    return (
        select(HelpingGroup.id)
        .join(
            GroupMember,
            (GroupMember.compound_id == HelpingGroup.compound_id) & (GroupMember.group_id == HelpingGroup.id),
        )
        .where(
            HelpingGroup.compound_id == compound_id,
            HelpingGroup.ended_at.is_(None),
            GroupMember.account_id == account_id,
            _LIVE,
        )
    )


def _members(compound_id: UUID, group_id: UUID) -> Select[GroupMember]:
    return select(GroupMember).where(GroupMember.compound_id == compound_id, GroupMember.group_id == group_id, _LIVE)


def _locked(compound_id: UUID, group_id: UUID) -> HelpingGroup:
    group = db.session.get(HelpingGroup, (compound_id, group_id), with_for_update=True, populate_existing=True)
    if group is None or group.ended_at is not None:
        raise GroupNotFound
    return group


def _member_view(member: GroupMember) -> MemberView:
    return MemberView(member.id, mask_phone(member.phone), member.account_id is not None, member.added_at)
