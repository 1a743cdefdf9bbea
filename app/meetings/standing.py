"""Whether somebody may vote for a party, and if not, why: for `my_parties` and for the refusal of a ballot alike."""

from uuid import UUID

from sqlalchemy import select

from app.compounds import guardians
from app.compounds import queries as compounds
from app.core.db import db
from app.core.errors import AppError
from app.identity.actor import Actor
from app.meetings import parties, voices
from app.meetings.errors import NotYourVote
from app.meetings.mandates.errors import MandateLapsed
from app.meetings.models import BallotState, Mandate, VotingParty
from app.meetings.paper import holding
from app.meetings.paper.errors import PaperHandedIn
from app.meetings.party_errors import DelegateVotes, GuardianVotes, SeatDivided, SeatVoted
from app.meetings.voices import holder


def why_not(actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID) -> AppError:
    """What to answer somebody whose ballot for a party was not accepted."""
    party = db.session.get(VotingParty, (compound_id, meeting_id, party_id))
    refused = hindrance(actor, party) if party else None
    if isinstance(refused, PaperHandedIn):
        return holding.refusal(compound_id, meeting_id, party_id) or refused
    return refused or NotYourVote()


def hindrance(actor: Actor, party: VotingParty) -> AppError | None:
    """Why the actor may not vote for the party, whatever the time; None: it may, if the party has not voted."""
    key = (party.compound_id, party.meeting_id, party.id)
    mine = set(parties.own_owner_ids(actor, *key))
    whole = set(holding_owner_ids(party))
    own = [owner for owner in parties.owners_of(party) if owner.owner_id in mine]
    if any(one.owner_id in whole and not one.delegate_votes and not one.paper_votes for one in own):
        return None
    mandate = mandate_of(actor, party)
    if mandate:
        return PaperHandedIn() if holding.received_at(party) else lapse(mandate, party)
    if own:
        return held_back(
            on_paper=any(one.paper_votes for one in own), divided=all(one.owner_id not in whole for one in own)
        )
    return _from_outside(actor, party)


def mandate_of(actor: Actor, party: VotingParty) -> Mandate | None:
    """The mandate in force by which the actor may vote for the party."""
    return db.session.scalar(
        select(Mandate)
        .where(
            Mandate.compound_id == party.compound_id,
            Mandate.meeting_id == party.meeting_id,
            Mandate.party_id == party.id,
            Mandate.account_id == actor.account_id,
            Mandate.revoked_at.is_(None),
        )
        .order_by(Mandate.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )


def lapse(mandate: Mandate, party: VotingParty) -> AppError | None:
    """Why a mandate gives no vote: the principal could not vote either. None: it does."""
    if mandate.owner_id is None:
        return None if voices.developer_holds(party) else SeatDivided()
    principal = next((one for one in parties.owners_of(party) if one.owner_id == mandate.owner_id), None)
    if principal is None:
        return NotYourVote()
    if principal.delegate_votes:
        return DelegateVotes()
    if mandate.owner_id in holding_owner_ids(party):
        return None
    return SeatDivided() if voices.owns_some(party, [mandate.owner_id]) else MandateLapsed()


def holding_owner_ids(party: VotingParty) -> list[UUID]:
    """The party's owners to whom all its units still belong."""
    return list(
        db.session.scalars(
            select(holder.owner_id).where(
                holder.compound_id == party.compound_id,
                holder.meeting_id == party.meeting_id,
                holder.party_id == party.id,
                voices.holds(party.compound_id),
            )
        )
    )


def held_back(*, on_paper: bool, divided: bool) -> AppError:
    """What keeps those from voting who speak for owners of the party: its sheet, a sale of units, else a delegate."""
    if on_paper:
        return PaperHandedIn()
    return SeatDivided() if divided else DelegateVotes()


def _from_outside(actor: Actor, party: VotingParty) -> AppError | None:
    """For somebody who speaks for none of the party's owners: a ward, a buyer, a seller, a stranger."""
    represented = compounds.owners_represented(actor.account_id, party.compound_id)
    owner_ids = {one.owner_id for one in parties.owners_of(party)}
    if guardians.wards_among(party.compound_id, [one for one in represented if one in owner_ids]):
        return GuardianVotes()
    if not voices.owns_some(party, represented):
        return NotYourVote()
    if any(ballot.state == BallotState.EFFECTIVE for ballot in parties.ballots_of(party)):
        return SeatVoted()
    if holding.received_at(party):
        return PaperHandedIn()
    return None if set(voices.owners_of_all(party)) & set(represented) else SeatDivided()
