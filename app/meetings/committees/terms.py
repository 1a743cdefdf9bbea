"""Warning secretary and members three months before a committee's term ends: the next election is due then, GR 47."""

from uuid import UUID

from sqlalchemy import Select, select, union

from app.compounds.models import Binding, BindingState
from app.core import clock
from app.core.db import db
from app.meetings.committees.models import Committee, CommitteeKind, CommitteeMember
from app.meetings.schedule import months_after
from app.notifications.catalogue import Kind, Value
from app.notifications.service import notify_all
from app.org.models import Role
from app.org.queries import accounts_in_role, get_compound

MONTHS_AHEAD = 3


def terms_to_warn_of() -> list[tuple[UUID, UUID]]:
    """The (compound, committee) of every committee whose term ends within three months and of which nobody was told."""
    ending = select(Committee.compound_id, Committee.id).where(
        Committee.ended_at.is_(None),
        Committee.warned_at.is_(None),
        Committee.expires_at <= months_after(clock.now(), MONTHS_AHEAD),
    )
    return [(compound_id, committee_id) for compound_id, committee_id in db.session.execute(ending)]


def warn_of_term(compound_id: UUID, committee_id: UUID) -> int:
    """Tell secretary and members that the term ends; how many. Safe to repeat."""
    committee = db.session.get_one(Committee, (compound_id, committee_id), with_for_update=True)
    if committee.ended_at or committee.warned_at:
        return 0
    values: dict[str, Value] = {
        "committee": CommitteeKind(committee.kind).chinese,
        "compound": get_compound(compound_id).name,
        "expires_at": committee.expires_at,
        "hint": "请在任期届满前组织换届选举",
    }
    committee.warned_at = clock.now()
    page_values = {"compound_id": compound_id}
    return notify_all(compound_id, Kind.COMMITTEE_EXPIRING, committee.id, values, _concerned(committee), page_values)


def accounts_of_members(committee: Committee) -> Select[UUID]:
    """The accounts of the members in office whom the roll knows."""
    return (
        select(Binding.account_id.label("account_id"))
        .join(
            CommitteeMember,
            (CommitteeMember.compound_id == Binding.compound_id) & (CommitteeMember.owner_id == Binding.owner_id),
        )
        .where(
            Binding.compound_id == committee.compound_id,
            Binding.state == BindingState.ACCEPTED,
            CommitteeMember.committee_id == committee.id,
            CommitteeMember.joined_at.is_not(None),
            CommitteeMember.left_at.is_(None),
        )
    )


def _concerned(committee: Committee) -> Select[UUID]:
    secretaries = accounts_in_role({Role.SECRETARY}, committee.compound_id)
    return select(union(secretaries, accounts_of_members(committee)).subquery("concerned").c.account_id)
