"""A voting party as its own co-owners see it: who they are, who votes for them, and what they cast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from app.core.db import db
from app.core.masking import mask_name
from app.core.paging import WHOLE, Page, paged
from app.identity.actor import Actor
from app.meetings import policy, reading
from app.meetings.ballots import CHOICES, shown
from app.meetings.errors import NotYourVote
from app.meetings.models import (
    Ballot,
    BallotState,
    Delegate,
    DelegateNaming,
    Meeting,
    VotingParty,
    VotingPartyOwner,
    VotingPartyUnit,
)
from app.meetings.voices import holder, may_read, speaks

STANDING = (BallotState.EFFECTIVE, BallotState.DISPUTED)
ASIDE = (BallotState.CONTRARY, BallotState.WITHDRAWN)
LIVE = (*STANDING, BallotState.CONTRARY)


@dataclass(frozen=True)
class CoOwnerView:
    """A co-owner; `names_owner_id` is whom this one wants as delegate."""

    owner_id: UUID
    name_masked: str
    is_me: bool
    is_delegate: bool
    names_owner_id: UUID | None


@dataclass(frozen=True)
class PartyBallotView:
    """A ballot of the party, with its choices (and an election's marks) by motion id: co-owners have to agree.

    `replaces`: the ballot that it changed, which is `replaced`.
    """

    ballot_id: UUID
    owner_id: UUID | None
    is_mine: bool
    state: str
    accepted_at: datetime
    choices: dict[str, str]
    marks: dict[str, list[str]]
    replaces: UUID | None


@dataclass(frozen=True)
class PartyStanding:
    """A party of the actor: co-owners, delegate, ballots in the order they came."""

    id: UUID
    number: int
    area_centi: int
    disputed: bool
    delegate_owner_id: UUID | None
    owners: Sequence[CoOwnerView]
    ballots: Sequence[PartyBallotView]


@dataclass(frozen=True)
class DisputeView:
    """A disputed party as the secretary sees it: never its choices. `since` is when the contradiction came."""

    party_id: UUID
    number: int
    doors: Sequence[str]
    since: datetime


def get_party(actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID) -> PartyStanding:
    """One of the actor's own parties. Raises MeetingNotFound, NotYourVote."""
    meeting = reading.announced(compound_id, meeting_id)
    party = db.session.get(VotingParty, (compound_id, meeting_id, party_id))
    mine = own_owner_ids(actor, compound_id, meeting_id, party_id)
    if party is None or not mine:
        raise NotYourVote
    key = (compound_id, meeting_id, party_id)
    delegate = db.session.get(Delegate, key, populate_existing=True)
    namings = {one.by_owner_id: one.owner_id for one in db.session.scalars(_of_party(DelegateNaming, *key))}
    delegate_id = delegate.owner_id if delegate else None
    ballots = _readable(party, mine)
    return PartyStanding(
        id=party.id,
        number=party.number,
        area_centi=party.area_centi,
        disputed=any(ballot.state == BallotState.DISPUTED for ballot in ballots),
        delegate_owner_id=delegate_id,
        owners=[
            CoOwnerView(
                owner.owner_id,
                mask_name(owner.name),
                owner.owner_id in mine,
                owner.owner_id == delegate_id,
                namings.get(owner.owner_id),
            )
            for owner in owners_of(party)
        ],
        ballots=[_ballot_view(meeting, ballot, mine) for ballot in ballots],
    )


def list_disputes(actor: Actor, compound_id: UUID, meeting_id: UUID, page: Page = WHOLE) -> Sequence[DisputeView]:
    """The disputed parties of a meeting, for those who run or supervise it. Raises Forbidden, MeetingNotFound."""
    policy.require_see_drafts(actor, compound_id)
    reading.existing(compound_id, meeting_id)
    disputed = exists().where(
        Ballot.compound_id == VotingParty.compound_id,
        Ballot.meeting_id == VotingParty.meeting_id,
        Ballot.party_id == VotingParty.id,
        Ballot.state == BallotState.DISPUTED,
    )
    parties = (VotingParty.compound_id == compound_id) & (VotingParty.meeting_id == meeting_id)
    found = paged(select(VotingParty).where(parties, disputed), page, (VotingParty.number, VotingParty.id), parties)
    return [
        DisputeView(
            party.id,
            party.number,
            _doors(party),
            next(one.accepted_at for one in ballots_of(party) if one.state == BallotState.CONTRARY),
        )
        for party in db.session.scalars(found)
    ]


def own_owner_ids(actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID) -> Sequence[UUID]:
    """The owners of the party whom the actor may speak for."""
    return db.session.scalars(
        select(holder.owner_id).where(
            holder.compound_id == compound_id,
            holder.meeting_id == meeting_id,
            holder.party_id == party_id,
            speaks(actor.account_id, compound_id),
        )
    ).all()


def locked(compound_id: UUID, meeting_id: UUID, party_id: UUID) -> VotingParty:
    """The party, locked against every other ballot: waits for those being written. Raises NotYourVote.

    Take it after the meeting's lock, never before.
    """
    key = (compound_id, meeting_id, party_id)
    party = db.session.get(VotingParty, key, with_for_update=True, populate_existing=True)
    if party is None:
        raise NotYourVote
    return party


def owners_of(party: VotingParty) -> Sequence[VotingPartyOwner]:
    """The party's owners, by id."""
    return db.session.scalars(
        _of_party(VotingPartyOwner, party.compound_id, party.meeting_id, party.id)
        .order_by(VotingPartyOwner.owner_id)
        .execution_options(populate_existing=True)
    ).all()


def ballots_of(party: VotingParty) -> Sequence[Ballot]:
    """All ballots of the party as they came; each arm of the condition has an index."""
    return db.session.scalars(
        _of_party(Ballot, party.compound_id, party.meeting_id, party.id)
        .where(or_(Ballot.state.in_(STANDING), Ballot.state.in_(ASIDE), Ballot.state == BallotState.REPLACED))
        .order_by(Ballot.accepted_at, Ballot.id)
        .execution_options(populate_existing=True)
    ).all()


def _readable(party: VotingParty, owner_ids: Sequence[UUID]) -> list[Ballot]:
    """The party's ballots that these owners of it may read, as they came."""
    of_party = _of_party(Ballot, party.compound_id, party.meeting_id, party.id).where(may_read(owner_ids))
    readable = set(db.session.scalars(of_party.with_only_columns(Ballot.id)))
    return [ballot for ballot in ballots_of(party) if ballot.id in readable]


def _ballot_view(meeting: Meeting, ballot: Ballot, mine: Sequence[UUID]) -> PartyBallotView:
    return PartyBallotView(
        ballot_id=ballot.id,
        owner_id=ballot.owner_id,
        is_mine=ballot.owner_id in mine,
        state=shown(BallotState(ballot.state)),
        accepted_at=ballot.accepted_at,
        choices={
            str(motion_id): CHOICES[code].value
            for motion_id, code in zip(meeting.motion_ids, ballot.choices, strict=True)
        },
        marks=ballot.marks or {},
        replaces=ballot.replaces,
    )


def _doors(party: VotingParty) -> Sequence[str]:
    doors = _of_party(VotingPartyUnit, party.compound_id, party.meeting_id, party.id)
    return sorted(unit.door for unit in db.session.scalars(doors))


def _of_party(model: type[Any], compound_id: UUID, meeting_id: UUID, party_id: UUID) -> Select[Any]:
    return select(model).where(
        model.compound_id == compound_id, model.meeting_id == meeting_id, model.party_id == party_id
    )
