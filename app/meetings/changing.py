"""Changing a ballot once before the close, where the rule set allows it (domain rules, section 3; PMR 18).

A change names the ballot that it replaces. So a request that comes twice, an old page, or another account of the same
owner never changes anything by mistake, and of two changes at once the first holds. The earlier ballot stays in the log
as `replaced`, and the leaf of the later one names its hash.

The change is the owner's whose ballot it is, made by whoever speaks for that owner now: also the guardian who was
recorded since, and the owner whose proxy cast it. A proxy changes nothing: with its ballot its matter is done (Civil
Code 173), and its second thoughts would use up the owner's only change. The developer speaks by its delegate alone, who
may. A co-owner contradicts another's ballot (see `disputes`) and does not change it, and who has sold has no vote left
to change. What was handed in on paper, or stands in a dispute, is not changed.

The ordinary path never comes here: a second ballot of a party does, by way of `uq_ballot_standing`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import AppError
from app.identity.actor import Actor
from app.meetings import parties, standing, telling, voices
from app.meetings.ballots import Receipt, receipt_of
from app.meetings.co_owners import disputes
from app.meetings.errors import BallotAlreadyCast, VotingClosed
from app.meetings.log import sequencing
from app.meetings.models import Ballot, BallotChannel, BallotState, Meeting, MeetingState, VotingParty
from app.meetings.party_errors import (
    BallotChangeable,
    BallotChangeUsed,
    BallotDisputed,
    BallotNotFound,
    BallotOfAnother,
)
from app.meetings.rules.rule_set import RuleSet
from app.meetings.voices import holder

_NEXT = timedelta(microseconds=1)


def allowed(meeting: Meeting) -> bool:
    """Whether the meeting's frozen rules let a ballot be changed."""
    return meeting.rule_set is not None and RuleSet.from_dict(meeting.rule_set).allow_ballot_change


def until(actor: Actor, meeting: Meeting, party: VotingParty, ballot: Ballot) -> datetime | None:
    """Until when the actor may still change the party's ballot; None: not, or not any more."""
    if not allowed(meeting) or meeting.state_at(clock.now()) is not MeetingState.VOTING:
        return None
    return None if _hindrance(actor, party, ballot, parties.ballots_of(party)) else meeting.closes_at


def cast_again(actor: Actor, ballot: Ballot, replaces: UUID | None, is_open: bool) -> Receipt:
    """Cast a ballot for a party that has one: change it, contradict a co-owner's, or get the same answer again.

    `replaces`: the ballot to change; None: nothing is to be changed. The caller holds a lock on the meeting.
    Raises BallotAlreadyCast, BallotChangeable, BallotChangeUsed, BallotDisputed, BallotNotFound, BallotOfAnother and
    VotingClosed.
    """
    party = parties.locked(ballot.compound_id, ballot.meeting_id, ballot.party_id)
    meeting = disputes.meeting_of(party)
    all_ballots = parties.ballots_of(party)
    live = [one for one in all_ballots if one.state in parties.LIVE]
    if allowed(meeting) and (receipt := _answered(meeting, ballot, replaces, live)):
        return receipt
    if not is_open:
        raise VotingClosed
    if replaces is None:
        _refuse_own_again(actor, meeting, party, ballot, all_ballots)
        return disputes.cast_beside(ballot)
    earlier = next((one for one in all_ballots if one.id == replaces), None)
    if earlier is None:
        raise BallotNotFound
    if not allowed(meeting):
        raise BallotAlreadyCast(ballot_id=_standing(live))
    if refused := _hindrance(actor, party, earlier, all_ballots):
        raise refused
    return _replace(meeting, party, earlier, ballot)


def _answered(meeting: Meeting, ballot: Ballot, replaces: UUID | None, live: Sequence[Ballot]) -> Receipt | None:
    """The receipt of the ballot that counts, if the same person asks for just that once more; else None."""
    if len(live) != 1 or live[0].account_id != ballot.account_id or live[0].leaf_hash is None:
        return None
    known = replaces in (None, live[0].id, live[0].replaces)
    same = known and disputes.said(meeting, live[0]) == disputes.said(meeting, ballot)
    return receipt_of(live[0]) if same else None


def _refuse_own_again(
    actor: Actor, meeting: Meeting, party: VotingParty, ballot: Ballot, all_ballots: Sequence[Ballot]
) -> None:
    """Tell somebody who casts anew, other than before and without saying so, how a ballot is changed."""
    live = [one for one in all_ballots if one.state in parties.LIVE]
    mine = len(live) == 1 and (live[0].owner_id == ballot.owner_id or live[0].account_id == ballot.account_id)
    if not mine or not allowed(meeting):
        return
    refused = _hindrance(actor, party, live[0], all_ballots)
    if refused is None:
        raise BallotChangeable(ballot_id=live[0].id, until=meeting.closes_at.isoformat())
    if isinstance(refused, BallotChangeUsed):
        raise refused


def _hindrance(actor: Actor, party: VotingParty, earlier: Ballot, all_ballots: Sequence[Ballot]) -> AppError | None:
    """Why the actor may not change this ballot of the party, where rules and time allow it; None: it may."""
    live = [one for one in all_ballots if one.state in parties.LIVE]
    if not _is_the_actors(actor, party, earlier):
        return BallotOfAnother()
    if any(one.state == BallotState.REPLACED for one in all_ballots):
        return BallotChangeUsed(ballot_id=_standing(live))
    if live and disputes.undecided(live):
        return BallotDisputed(ballot_id=earlier.id)
    if earlier.state != BallotState.EFFECTIVE or earlier.leaf_hash is None or earlier.channel != BallotChannel.APP:
        return BallotAlreadyCast(ballot_id=_standing(live))
    return None


def _standing(live: Sequence[Ballot]) -> UUID | None:
    return live[0].id if live else None


def _is_the_actors(actor: Actor, party: VotingParty, ballot: Ballot) -> bool:
    """Whether the actor speaks now for whoever the ballot is of, and that one still has the vote."""
    if ballot.owner_id is None:
        mandate = standing.mandate_of(actor, party)
        return mandate is not None and mandate.id == ballot.mandate_id and standing.lapse(mandate, party) is None
    votes = select(holder.owner_id).where(
        holder.compound_id == party.compound_id,
        holder.meeting_id == party.meeting_id,
        holder.party_id == party.id,
        holder.owner_id == ballot.owner_id,
        ~holder.delegate_votes,
        ~holder.paper_votes,
        voices.speaks(actor.account_id, party.compound_id),
        voices.holds(party.compound_id),
    )
    return db.session.scalar(votes) is not None


def _replace(meeting: Meeting, party: VotingParty, earlier: Ballot, ballot: Ballot) -> Receipt:
    """Let the ballot count instead of the earlier one, after it in time whatever a clock says, and tell the party."""
    ballot.accepted_at = max(ballot.accepted_at, earlier.accepted_at + _NEXT)
    if ballot.accepted_at >= meeting.closes_at:
        raise VotingClosed
    earlier.state = BallotState.REPLACED
    db.session.flush()  # at no moment two are standing
    ballot.owner_id, ballot.mandate_id, ballot.area_centi = earlier.owner_id, None, party.area_centi
    if earlier.owner_id is None:
        ballot.mandate_id = earlier.mandate_id
    ballot.replaces, ballot.replaces_leaf_hash = earlier.id, earlier.leaf_hash
    sequencing.seal(meeting, ballot)
    db.session.add(ballot)
    db.session.flush()
    telling.tell_changed(meeting, ballot)
    receipt = receipt_of(ballot)
    assert receipt
    return receipt
