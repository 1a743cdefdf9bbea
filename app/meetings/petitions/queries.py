"""Petitions as owners see them, and the list of signatures for those who must convene."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.compounds.models import Owner
from app.compounds.queries import owners_represented, units_with_owners
from app.core import audit, clock
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.meetings import policy
from app.meetings.announcing import door
from app.meetings.petitions.acts import Signed
from app.meetings.petitions.agenda import WishedMotion, wishes_of
from app.meetings.petitions.counting import is_current, standing_of
from app.meetings.petitions.errors import PetitionNotDelivered, PetitionNotFound
from app.meetings.petitions.models import Petition, PetitionSignature
from app.meetings.petitions.roll import RollOfToday, Standing, rules_of, signatures_of
from app.meetings.petitions.states import PetitionState, state_of
from app.meetings.rules.rule_set import PETITION_BOTH, PETITION_PERSONS, PetitionBasis


@dataclass(frozen=True)
class PetitionView:
    """A petition with its live count: persons, and areas in 0.01 m². Who signed is not shown here.

    needed_area_centi   None where only persons are counted (PMR 13)
    comparisons         the arithmetic, a sentence a comparison
    overdue             delivered, and no meeting announced by `convene_by`
    """

    id: UUID
    title: str
    text: str
    motions: Sequence[WishedMotion]
    basis: str
    state: str
    state_text: str
    starter_masked: str
    is_mine: bool
    signed_by_me: bool
    started_at: datetime
    expires_at: datetime
    persons: int
    area_centi: int
    electorate_persons: int
    electorate_area_centi: int
    needed_persons: int
    needed_area_centi: int | None
    comparisons: Sequence[str]
    delivered_at: datetime | None
    convene_by: datetime | None
    overdue: bool
    meeting_id: UUID | None


@dataclass(frozen=True)
class SignatureView:
    """A signature: the owner's name masked, the doors of the party as they are on today's roll.

    paper_note   where the sheet is filed; None: signed in the app
    """

    owner_masked: str
    doors: Sequence[str]
    signed_at: datetime
    paper_note: str | None


def list_petitions(actor: Actor, compound_id: UUID) -> Sequence[PetitionView]:
    """The compound's petitions, the newest first. Raises Forbidden."""
    policy.require_see(actor, compound_id)
    newest = select(Petition).where(Petition.compound_id == compound_id).order_by(Petition.id.desc()).limit(50)
    rolls: dict[bool, RollOfToday] = {}
    found = []
    for petition in db.session.scalars(newest):
        rules = rules_of(petition)
        stale = petition.delivered_at is None and not is_current(petition)
        if stale and rules.include_parking not in rolls:
            rolls[rules.include_parking] = RollOfToday(compound_id, rules)
        found.append(view_of(actor, petition, rolls.get(rules.include_parking)))
    return found


def get_petition(actor: Actor, compound_id: UUID, petition_id: UUID) -> PetitionView:
    """One petition. Raises Forbidden, PetitionNotFound."""
    policy.require_see(actor, compound_id)
    return view_of(actor, _existing(compound_id, petition_id))


def signatures(actor: Actor, compound_id: UUID, petition_id: UUID) -> Sequence[SignatureView]:
    """Who signed a delivered petition, for those who check it before they convene; the look is on the audit log.

    Raises Forbidden, PetitionNotFound, PetitionNotDelivered.
    """
    policy.require_see_drafts(actor, compound_id)
    petition = _existing(compound_id, petition_id)
    if petition.delivered_at is None:
        raise PetitionNotDelivered
    signed = signatures_of(petition)
    names = dict(
        db.session.execute(
            select(Owner.id, Owner.name).where(
                Owner.compound_id == compound_id, Owner.id.in_([one.owner_id for one in signed])
            )
        ).all()
    )
    doors = {one.unit_id: door(one.building, one.stairwell, one.room) for one in units_with_owners(compound_id)}
    parties = RollOfToday(compound_id, rules_of(petition)).parties
    audit.record(compound_id, actor.account_id, "read_signatures", petition_id, after={"rows": len(signed)})
    return [
        SignatureView(
            mask_name(names[one.owner_id]),
            sorted(doors[unit] for unit in parties[one.party].unit_ids) if one.party in parties else [],  # type: ignore[index]
            one.signed_at,
            one.paper_note,
        )
        for one in signed
    ]


def view_of(actor: Actor, petition: Petition, roll: RollOfToday | None = None) -> PetitionView:
    """A petition as the actor sees it, counted on the roll given or read anew."""
    starter = db.session.get_one(Owner, (petition.compound_id, petition.owner_id))
    return _view(actor, petition, standing_of(petition, roll), starter, _signed_for(actor, petition))


def view_of_signed(actor: Actor, signed: Signed) -> PetitionView:
    """A petition as whoever has just signed it sees it; asks nothing of the database."""
    return _view(actor, signed.petition, signed.standing, signed.starter, signed_by_me=True)


def _view(actor: Actor, petition: Petition, standing: Standing, starter: Owner, signed_by_me: bool) -> PetitionView:
    now, rules = clock.now(), rules_of(petition)
    state = state_of(petition, now)
    result = standing.result(rules)
    both = rules.petition_basis is PetitionBasis.PERSONS_AND_AREA
    threshold = PETITION_BOTH if both else PETITION_PERSONS
    late = petition.convene_by is not None and now >= petition.convene_by
    return PetitionView(
        id=petition.id,
        title=petition.title,
        text=petition.text,
        motions=wishes_of(petition),
        basis=rules.petition_basis.value,
        state=state.value,
        state_text=state.chinese,
        starter_masked=mask_name(starter.name),
        is_mine=petition.started_by == actor.account_id,
        signed_by_me=signed_by_me,
        started_at=petition.started_at,
        expires_at=petition.expires_at,
        persons=standing.persons,
        area_centi=standing.area_centi,
        electorate_persons=standing.electorate_persons,
        electorate_area_centi=standing.electorate_area_centi,
        needed_persons=threshold.least(standing.electorate_persons),
        needed_area_centi=threshold.least(standing.electorate_area_centi) if both else None,
        comparisons=[one.sentence for one in result.comparisons] if result else [],
        delivered_at=petition.delivered_at,
        convene_by=petition.convene_by,
        overdue=late and state is PetitionState.DELIVERED,
        meeting_id=petition.meeting_id,
    )


def _existing(compound_id: UUID, petition_id: UUID) -> Petition:
    petition = db.session.get(Petition, (compound_id, petition_id))
    if petition is None:
        raise PetitionNotFound
    return petition


def _signed_for(actor: Actor, petition: Petition) -> bool:
    """Whether anybody signed for whom the actor speaks, in the app or on paper."""
    mine = select(PetitionSignature.party).where(
        PetitionSignature.compound_id == petition.compound_id,
        PetitionSignature.petition_id == petition.id,
        PetitionSignature.owner_id.in_(owners_represented(actor.account_id, petition.compound_id)),
    )
    return db.session.scalar(mine.limit(1)) is not None
