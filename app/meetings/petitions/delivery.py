"""What follows a petition that reached 20%: it is delivered, a meeting is due in time, a draft comes of it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select, union, update

from app.core import audit, clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import drafting, policy
from app.meetings.committees import terms as committee_terms
from app.meetings.committees.models import Committee
from app.meetings.models import Convenor, Meeting
from app.meetings.petitions import agenda
from app.meetings.petitions.errors import MeetingAlreadyMade, PetitionNotDelivered
from app.meetings.petitions.models import Petition
from app.meetings.petitions.roll import Standing, rules_of
from app.meetings.petitions.states import convened, locked, meeting_of, warns_at
from app.meetings.rules.rule_set import LARGEST
from app.meetings.schedule import end_of_period
from app.notifications.catalogue import Kind, Value
from app.notifications.service import notify_all, notify_one
from app.org.models import Role
from app.org.queries import accounts_in_role, get_compound


def deliver(petition: Petition, standing: Standing) -> None:
    """Deliver a petition that has enough signatures: freeze what was counted, tell secretary, committee and starter."""
    now = clock.now()
    petition.delivered_at = petition.ended_at = now
    petition.convene_by = end_of_period(now, rules_of(petition).petition_convene_days)
    petition.persons, petition.area_centi = standing.persons, standing.area_centi
    petition.electorate_persons = standing.electorate_persons
    petition.electorate_area_centi = standing.electorate_area_centi
    db.session.flush()
    audit.record(petition.compound_id, None, "deliver_petition", petition.id, after=vars(standing))
    _tell(petition, "已达法定比例，请在期限前召开会议")
    told: dict[str, Value] = {
        "subject": "临时会议提议",
        "outcome": "已送达",
        "hint": "签名已达法定比例",
        "decided_at": now,
    }
    notify_one(petition.compound_id, Kind.APPLICATION_DECIDED, petition.id, told, petition.started_by, {})


def make_meeting(
    actor: Actor,
    compound_id: UUID,
    petition_id: UUID,
    convenor: Convenor,
    opens_at: datetime,
    closes_at: datetime,
) -> Meeting:
    """Make a draft of the petition's title and motions, once; again only if that meeting was cancelled.

    Raises Forbidden, PetitionNotFound, PetitionNotDelivered, MeetingAlreadyMade, ScheduleDefective.
    """
    policy.require_manage(actor, compound_id)
    petition = locked(compound_id, petition_id)
    if petition.delivered_at is None:
        raise PetitionNotDelivered
    if made := meeting_of(petition):
        raise MeetingAlreadyMade(meeting_id=str(made.id))
    draft = drafting.create_meeting(actor, compound_id, petition.title, convenor, opens_at, closes_at)
    for wish in agenda.wishes_of(petition):
        drafting.take_over_motion(actor, draft, **wish.columns)
    petition.meeting_id = draft.id
    db.session.flush()
    after = {"meeting_id": str(draft.id)}
    audit.record(compound_id, actor.account_id, "make_meeting_of_petition", petition_id, after=after)
    return draft


def follow_redraft(wrong: Meeting, draft: Meeting) -> None:
    """Let the petition of a meeting that is corrected by a new draft follow it."""
    db.session.execute(
        update(Petition)
        .where(Petition.compound_id == wrong.compound_id, Petition.meeting_id == wrong.id)
        .values(meeting_id=draft.id)
    )


def petitions_to_warn_of() -> list[tuple[UUID, UUID]]:
    """The (compound, petition) of every one whose deadline is near, by its rules, and of which nobody was warned."""
    now = clock.now()
    waiting = select(Petition).where(Petition.warned_at.is_(None), Petition.convene_by <= now + timedelta(days=LARGEST))
    return [(one.compound_id, one.id) for one in db.session.scalars(waiting) if warns_at(one) <= now]


def warn_of_petition(compound_id: UUID, petition_id: UUID) -> int:
    """Warn that a petition's deadline is near and no meeting announced; how many were told. Safe to repeat."""
    petition = locked(compound_id, petition_id)
    if petition.warned_at or petition.convene_by is None:
        return 0
    petition.warned_at = clock.now()
    if convened(petition):
        return 0
    return _tell(petition, "期限将到，尚未公告会议，请尽快召开", petition.convene_by.isoformat())


def _tell(petition: Petition, hint: str, occasion: str = "") -> int:
    values: dict[str, Value] = {
        "title": petition.title,
        "compound": get_compound(petition.compound_id).name,
        "convene_by": petition.convene_by or clock.now(),
        "hint": hint,
    }
    page_values = {"compound_id": petition.compound_id, "petition_id": petition.id}
    recipients = _those_who_convene(petition.compound_id)
    return notify_all(
        petition.compound_id, Kind.PETITION_DELIVERED, petition.id, values, recipients, page_values, occasion
    )


def _those_who_convene(compound_id: UUID) -> Select[UUID]:
    """The secretary's accounts, and those of the members of the committees of today."""
    current = select(Committee).where(Committee.compound_id == compound_id, Committee.ended_at.is_(None))
    members = [committee_terms.accounts_of_members(committee) for committee in db.session.scalars(current)]
    everybody = union(accounts_in_role({Role.SECRETARY}, compound_id), *members)
    return select(everybody.subquery("everybody").c.account_id)
