"""Branches of the compound and its members (党支部): for branch roles alone; every look is on the audit log."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.org.branches import acts, members, reads
from app.org.permissions import Act
from console.forms import identifier
from console.pages import Blueprint, Desk, acted, at_compound, page, read, submitted
from console.people.branch_forms import BranchForm, JoinForm, PartyMemberForm

bp = Blueprint("console_branches", __name__, "/compounds/<uuid:compound_id>/people/branches")


@bp.get("")
@at_compound(Act.SEE_AFFILIATION)
def index(desk: Desk) -> Response:
    """Which branches serve the compound, what is to be done, and who its members are."""
    return _index(desk, _join_form(desk))


@bp.get("/members/new")
@at_compound(Act.MANAGE_PARTY_MEMBERS)
def ask_member(desk: Desk) -> Response:
    """Whom to enter."""
    return page("people/party_member.html", form=PartyMemberForm())


@bp.post("/members/new")
@at_compound(Act.MANAGE_PARTY_MEMBERS)
def add_member(desk: Desk) -> ResponseReturnValue:
    """Enter a member who has agreed in writing."""
    form = PartyMemberForm()

    def add() -> object:
        formal, here = form.standing.data == "formal", form.registered.data == "here"
        whom = (form.name.data, form.phone.data, formal, here, form.consent_note.data)
        return members.add(desk.actor, desk.compound_id, *whom)

    again = lambda: page("people/party_member.html", form=form)  # noqa: E731
    return submitted(form, add, _index_of(desk), again, "已登记。")


@bp.post("/members/<uuid:party_member_id>/removal")
@at_compound(Act.MANAGE_PARTY_MEMBERS)
def remove_member(desk: Desk, party_member_id: UUID) -> ResponseReturnValue:
    """End an entry; name and phone are erased."""
    return _done(desk, members.remove, party_member_id, "已转出，姓名和手机号已经删除。")


@bp.post("/members/<uuid:party_member_id>/formal")
@at_compound(Act.MANAGE_PARTY_MEMBERS)
def make_formal(desk: Desk, party_member_id: UUID) -> ResponseReturnValue:
    """Note that a probationary member is a formal one now."""
    return _done(desk, members.make_formal, party_member_id, "已转为正式党员。")


@bp.post("/members/<uuid:party_member_id>/branch")
@at_compound(Act.MANAGE_PARTY_MEMBERS)
def gather(desk: Desk, party_member_id: UUID) -> ResponseReturnValue:
    """Put a member who is registered elsewhere into a functional branch, or out of it."""
    chosen = request.form.get("branch", "")

    def act() -> object:
        branch_id = identifier(chosen) if chosen else None
        return members.gather(desk.actor, desk.compound_id, party_member_id, branch_id)

    return acted(act, _index_of(desk), "已加入功能型支部。" if chosen else "已退出功能型支部。")


@bp.get("/new")
@at_compound(Act.FOUND_BRANCH)
def ask_branch(desk: Desk) -> Response:
    """Which branch to found."""
    return _ask_branch(desk, _branch_form(desk))


@bp.post("/new")
@at_compound(Act.FOUND_BRANCH)
def found_branch(desk: Desk) -> ResponseReturnValue:
    """Found it, by the rule of three."""
    form = read(lambda: _branch_form(desk))
    act = lambda: acts.found(desk.actor, desk.compound_id, *form.asked())  # noqa: E731
    return submitted(form, act, _index_of(desk), lambda: _ask_branch(desk, form), "支部已成立。")


@bp.post("/join")
@at_compound(Act.FOUND_BRANCH)
def join(desk: Desk) -> ResponseReturnValue:
    """Let a joint branch of neighbours serve this compound too."""
    form = read(lambda: _join_form(desk))
    act = lambda: acts.join(desk.actor, desk.compound_id, identifier(form.branch.data))  # noqa: E731
    return submitted(form, act, _index_of(desk), lambda: _index(desk, form), "已加入联合支部。")


@bp.post("/<uuid:branch_id>/departure")
@at_compound(Act.FOUND_BRANCH)
def leave(desk: Desk, branch_id: UUID) -> ResponseReturnValue:
    """Let a joint branch no longer serve this compound."""
    return _done(desk, acts.leave, branch_id, "本小区已退出联合支部。")


@bp.post("/<uuid:branch_id>/dissolution")
@at_compound(Act.FOUND_BRANCH)
def dissolve(desk: Desk, branch_id: UUID) -> ResponseReturnValue:
    """Dissolve a branch."""
    return _done(desk, acts.dissolve, branch_id, "支部已撤销，党员的登记还在。")


def _index(desk: Desk, form: JoinForm) -> Response:
    found = reads.branches_of(desk.actor, desk.compound_id)
    listed = members.members_of(desk.actor, desk.compound_id)
    functional = {one.id: one.name for one in found.branches if one.kind == "functional"}
    return page("people/branches.html", found=found, members=listed, functional=functional, form=form)


def _join_form(desk: Desk) -> JoinForm:
    return JoinForm(reads.joinable(desk.actor, desk.compound_id) if desk.can(Act.FOUND_BRANCH) else [])


def _branch_form(desk: Desk) -> BranchForm:
    _, *neighbours = reads.neighbours_of(desk.actor, desk.compound_id)
    return BranchForm(neighbours, members.members_of(desk.actor, desk.compound_id))


def _ask_branch(desk: Desk, form: BranchForm) -> Response:
    here, *_ = reads.neighbours_of(desk.actor, desk.compound_id)
    return page("people/branch.html", form=form, here=here)


def _done(desk: Desk, act: Any, which: UUID, said: str) -> ResponseReturnValue:
    return acted(lambda: act(desk.actor, desk.compound_id, which), _index_of(desk), said)


def _index_of(desk: Desk) -> str:
    return url_for("console_branches.index", compound_id=desk.compound_id)
