"""Groups that help in a compound (共建单位、五老、爱心企业)."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden
from app.core.paging import Page
from app.identity.actor import Actor
from app.org import groups
from app.wishes import queries
from miniprogram_api.auth import authenticated
from miniprogram_api.groups.schemas import (
    GroupListSchema,
    GroupSchema,
    MemberListSchema,
    MemberSchema,
    NewGroupSchema,
    NewMemberSchema,
)
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.paging import AfterSchema

bp = Blueprint("groups", __name__, url_prefix="/compounds/<uuid:compound_id>/groups", description="共建单位与志愿队伍")


@bp.get("")
@authenticated
@bp.response(200, GroupListSchema)
@fails_with(Forbidden)
def list_groups(actor: Actor, compound_id: UUID) -> dict[str, Any]:
    """List the groups that help in the compound."""
    return {"items": queries.helping_groups(actor, compound_id)}


@bp.post("")
@authenticated
@bp.arguments(NewGroupSchema)
@bp.response(201, GroupSchema)
@fails_with(Forbidden, groups.GroupNameTaken)
def add_group(actor: Actor, body: dict[str, Any], compound_id: UUID) -> groups.GroupView:
    """Enter a group, as the secretary."""
    return groups.add_group(actor, compound_id, **body)


@bp.delete("/<uuid:group_id>")
@authenticated
@bp.response(204)
@fails_with(Forbidden, groups.GroupNotFound)
def end_group(actor: Actor, compound_id: UUID, group_id: UUID) -> None:
    """Dissolve a group; what it did stays its own."""
    groups.end_group(actor, compound_id, group_id)


@bp.get("/<uuid:group_id>/members")
@authenticated
@bp.arguments(AfterSchema, location="query")
@bp.response(200, MemberListSchema)
@fails_with(Forbidden, groups.GroupNotFound)
def list_members(actor: Actor, query: dict[str, Page], compound_id: UUID, group_id: UUID) -> dict[str, Any]:
    """List a group's members, masked, for the secretary."""
    return {"items": groups.members_of(actor, compound_id, group_id, **query)}


@bp.post("/<uuid:group_id>/members")
@authenticated
@bp.arguments(NewMemberSchema)
@bp.response(201, MemberSchema)
@fails_with(Forbidden, groups.GroupNotFound)
def add_member(actor: Actor, body: dict[str, Any], compound_id: UUID, group_id: UUID) -> groups.MemberView:
    """Let whoever proves a phone number belong to the group."""
    return groups.add_member(actor, compound_id, group_id, **body)


@bp.delete("/<uuid:group_id>/members/<uuid:member_id>")
@authenticated
@bp.response(204)
@fails_with(Forbidden, groups.GroupNotFound, groups.GroupMemberNotFound)
def remove_member(actor: Actor, compound_id: UUID, group_id: UUID, member_id: UUID) -> None:
    """End somebody's membership."""
    groups.remove_member(actor, compound_id, group_id, member_id)
