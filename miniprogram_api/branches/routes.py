"""Party branches (党支部) of a compound, and its members: for branch roles; members see and end the own entry."""

from typing import Any
from uuid import UUID

from app.core.errors import Forbidden, NotFound
from app.core.paging import Page
from app.identity.actor import Actor
from app.org.branches import acts, errors, members, reads
from miniprogram_api.auth import authenticated
from miniprogram_api.branches.schemas import (
    BranchesSchema,
    BranchSchema,
    GatheringSchema,
    NewBranchSchema,
    NewPartyMemberSchema,
    PartyMemberListSchema,
    PartyMemberSchema,
)
from miniprogram_api.http import Blueprint, fails_with
from miniprogram_api.paging import AfterSchema

branches = Blueprint(
    "branches", __name__, url_prefix="/compounds/<uuid:compound_id>/party-branches", description="党支部"
)
party_members = Blueprint(
    "party_members", __name__, url_prefix="/compounds/<uuid:compound_id>/party-members", description="支部党员"
)
BLUEPRINTS = (branches, party_members)
_OF_BRANCH = (Forbidden, NotFound, errors.BranchNotFound)
_OF_MEMBER = (Forbidden, errors.MemberNotFound)


@branches.get("")
@authenticated
@branches.response(200, BranchesSchema)
@fails_with(Forbidden, NotFound)
def list_branches(actor: Actor, compound_id: UUID) -> reads.Branches:
    """List the branches that serve the compound, and what is to be done where none does."""
    return reads.branches_of(actor, compound_id)


@branches.post("")
@authenticated
@branches.arguments(NewBranchSchema)
@branches.response(201, BranchSchema)
@fails_with(
    Forbidden,
    NotFound,
    errors.TooFewMembers,
    errors.HasItsBranch,
    errors.NotJoint,
    errors.NoSuchNeighbour,
    errors.NotGathered,
)
def found_branch(actor: Actor, body: dict[str, Any], compound_id: UUID) -> reads.BranchView:
    """Found a branch by the rule of three, as the community or the street."""
    return acts.found(actor, compound_id, **body)


@branches.put("/<uuid:branch_id>")
@authenticated
@branches.response(200, BranchSchema)
@fails_with(*_OF_BRANCH, errors.NotAJointBranch, errors.HasItsBranch)
def join_branch(actor: Actor, compound_id: UUID, branch_id: UUID) -> reads.BranchView:
    """Let a joint branch serve this compound too."""
    return acts.join(actor, compound_id, branch_id)


@branches.delete("/<uuid:branch_id>")
@authenticated
@branches.response(200, BranchSchema)
@fails_with(*_OF_BRANCH, errors.NotAJointBranch, errors.NotJoint)
def leave_branch(actor: Actor, compound_id: UUID, branch_id: UUID) -> reads.BranchView:
    """Let a joint branch no longer serve this compound."""
    return acts.leave(actor, compound_id, branch_id)


@branches.post("/<uuid:branch_id>/dissolution")
@authenticated
@branches.response(204)
@fails_with(*_OF_BRANCH)
def dissolve_branch(actor: Actor, compound_id: UUID, branch_id: UUID) -> None:
    """Dissolve a branch; its members stay registered."""
    acts.dissolve(actor, compound_id, branch_id)


@party_members.get("")
@authenticated
@party_members.arguments(AfterSchema, location="query")
@party_members.response(200, PartyMemberListSchema)
@fails_with(Forbidden)
def list_party_members(actor: Actor, query: dict[str, Page], compound_id: UUID) -> dict[str, Any]:
    """List the compound's members; every look is on the audit log."""
    return {"items": members.members_of(actor, compound_id, **query)}


@party_members.post("")
@authenticated
@party_members.arguments(NewPartyMemberSchema)
@party_members.response(201, PartyMemberSchema)
@fails_with(Forbidden, NotFound, errors.MemberAlready, errors.RegisteredElsewhere)
def add_party_member(actor: Actor, body: dict[str, Any], compound_id: UUID) -> members.MemberView:
    """Enter a member who has agreed separately."""
    return members.add(actor, compound_id, **body)


@party_members.delete("/<uuid:party_member_id>")
@authenticated
@party_members.response(204)
@fails_with(*_OF_MEMBER)
def remove_party_member(actor: Actor, compound_id: UUID, party_member_id: UUID) -> None:
    """End an entry: name and phone are erased."""
    members.remove(actor, compound_id, party_member_id)


@party_members.put("/<uuid:party_member_id>/formal")
@authenticated
@party_members.response(200, PartyMemberSchema)
@fails_with(*_OF_MEMBER)
def make_party_member_formal(actor: Actor, compound_id: UUID, party_member_id: UUID) -> members.MemberView:
    """Note that a probationary member has become a formal one."""
    return members.make_formal(actor, compound_id, party_member_id)


@party_members.put("/<uuid:party_member_id>/branch")
@authenticated
@party_members.arguments(GatheringSchema)
@party_members.response(200, PartyMemberSchema)
@fails_with(*_OF_MEMBER, errors.BranchNotFound, errors.NotGathered)
def gather_party_member(
    actor: Actor, body: dict[str, Any], compound_id: UUID, party_member_id: UUID
) -> members.MemberView:
    """Put who is registered elsewhere into a functional branch, or out of it."""
    return members.gather(actor, compound_id, party_member_id, **body)


@party_members.get("/mine")
@authenticated
@party_members.response(200, PartyMemberSchema)
@fails_with(errors.MemberNotFound)
def get_my_party_membership(actor: Actor, compound_id: UUID) -> members.MemberView:
    """How the actor is entered."""
    return members.get_mine(actor, compound_id)


@party_members.delete("/mine")
@authenticated
@party_members.response(204)
@fails_with(errors.MemberNotFound)
def leave_party_members(actor: Actor, compound_id: UUID) -> None:
    """Take the consent back: name and phone are erased at once."""
    members.leave(actor, compound_id)
