"""Co-owners who contradict each other (共有人意见不一致): neither ballot counts until they agree. SPC 9.

Without a delegate the first co-owner's ballot stands. An identical one of another co-owner is answered with the first
one's receipt. A contrary one makes the party's ballot disputed; it ends when one withdraws, when all have cast the
same, when they name a delegate, or by a paper sheet that all have signed, before the close. What gave way stays in the
ballot log, and the count record says why it does not count.

The ordinary path never comes here: it is one statement (casting.sql), and the unique index `uq_ballot_standing` sends
a second ballot of a party on. Here the party's row is locked, after the meeting's, so that two ballots take turns.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.meetings import parties, states, trail
from app.meetings.ballots import Receipt, receipt_of
from app.meetings.errors import BallotAlreadyCast, NotYourVote
from app.meetings.log import sequencing
from app.meetings.models import Ballot, BallotState, Meeting, MeetingState, VotingParty
from app.meetings.paper import holding
from app.meetings.paper.errors import PaperHandedIn
from app.meetings.party_errors import BallotDisputed, BallotNotDisputed, BallotNotFound


def cast_beside(ballot: Ballot) -> Receipt:
    """Cast a ballot for a party that has one: agree with it, contradict it, or come round to the others.

    The caller holds a lock on the meeting, which is open. Raises BallotAlreadyCast, BallotDisputed.
    """
    party = parties.locked(ballot.compound_id, ballot.meeting_id, ballot.party_id)
    meeting = meeting_of(party)
    live = live_ballots(party)
    mine = [one for one in live if one.owner_id == ballot.owner_id or one.account_id == ballot.account_id]
    others = [one for one in live if one not in mine]
    for unsealed in [one for one in live if one.leaf_hash is None]:  # from before the ballot log: it stands
        raise BallotAlreadyCast(ballot_id=unsealed.id)
    agreed = bool(others) and all(said(meeting, one) == said(meeting, ballot) for one in others)
    if mine and not others:
        raise BallotAlreadyCast(ballot_id=mine[0].id)
    if mine and not agreed:
        raise BallotDisputed(ballot_id=mine[0].id)
    if agreed and (mine or len(live) == 1):
        for one in mine:
            one.state = BallotState.WITHDRAWN
        settle(party)
        ballot = others[0]
    else:
        ballot.state, ballot.area_centi = BallotState.CONTRARY, party.area_centi
        db.session.add(ballot)
        settle(party)
    receipt = receipt_of(ballot)
    assert receipt
    return receipt


def said(meeting: Meeting, ballot: Ballot) -> dict[str, Any]:
    """What a ballot says, whenever and however it came."""
    leaf = sequencing.leaf_of(meeting, ballot)
    how = {"nonce", "accepted_at", "channel", "replaces"}
    return {name: value for name, value in leaf.items() if name not in how}


def withdraw_ballot(actor: Actor, compound_id: UUID, meeting_id: UUID, ballot_id: UUID) -> None:
    """Take back the actor's own disputed ballot; with one left, or all the same, that one counts.

    Raises MeetingNotFound, WrongMeetingState, BallotNotFound, NotYourVote, BallotNotDisputed, and PaperHandedIn where
    the co-owners' joint sheet is on record.
    """
    states.locked(compound_id, meeting_id, clock.now(), MeetingState.VOTING)
    ballot = db.session.get(Ballot, (compound_id, ballot_id), populate_existing=True)
    if ballot is None or ballot.meeting_id != meeting_id:
        raise BallotNotFound
    if ballot.owner_id not in parties.own_owner_ids(actor, compound_id, meeting_id, ballot.party_id):
        raise NotYourVote
    if ballot.state not in (BallotState.DISPUTED, BallotState.CONTRARY):
        raise BallotNotDisputed
    party = parties.locked(compound_id, meeting_id, ballot.party_id)
    if holding.is_held(party):
        raise PaperHandedIn
    before, ballot.state = ballot.state, BallotState.WITHDRAWN
    settle(party)
    trail.note(actor, meeting_of(party), "withdraw_ballot", {"state": before}, {"state": ballot.state})


def settle(party: VotingParty) -> None:
    """Let the party's live ballots count, the first of equal ones, or be disputed. The caller has locked the party."""
    db.session.flush()
    live = live_ballots(party)
    if not live:
        return
    meeting = meeting_of(party)
    agreed = all(said(meeting, ballot) == said(meeting, live[0]) for ballot in live)
    for later in live[1:]:
        later.state = BallotState.WITHDRAWN if agreed else BallotState.CONTRARY
    db.session.flush()  # at no moment two are standing
    live[0].state = BallotState.EFFECTIVE if agreed else BallotState.DISPUTED
    db.session.flush()


def live_ballots(party: VotingParty) -> list[Ballot]:
    """The party's ballots that count or would, in the order they came."""
    return [ballot for ballot in parties.ballots_of(party) if ballot.state in parties.LIVE]


def meeting_of(party: VotingParty) -> Meeting:
    """The party's meeting."""
    return db.session.get_one(Meeting, (party.compound_id, party.meeting_id))


def undecided(live: Sequence[Ballot]) -> bool:
    """Whether these ballots of a party are in dispute, so that none of them counts."""
    return all(ballot.state in (BallotState.DISPUTED, BallotState.CONTRARY) for ballot in live)


def give_way(live: Sequence[Ballot]) -> None:
    """Let disputed ballots give way to the paper that all co-owners signed; they stay in the log."""
    for ballot in live:
        ballot.state = BallotState.WITHDRAWN
    db.session.flush()


_REASONS = {
    BallotState.DISPUTED: "disputed",
    BallotState.CONTRARY: "disputed",
    BallotState.WITHDRAWN: "withdrawn",
    BallotState.REPLACED: "replaced",
}


def not_counted(meeting: Meeting) -> dict[str, Any]:
    """For the count record: how many parties are disputed, and each leaf of the log that does not count, with why.

    Where ballots were changed it says how many. Empty where every ballot counts.
    """
    rows = db.session.execute(
        select(Ballot.leaf_hash, Ballot.state)
        .where(
            Ballot.compound_id == meeting.compound_id,
            Ballot.meeting_id == meeting.id,
            Ballot.state != BallotState.EFFECTIVE,
        )
        .order_by(Ballot.leaf_hash)
    ).all()
    if not rows:
        return {}
    reasons = {(leaf_hash or b"").hex(): _REASONS[BallotState(state)] for leaf_hash, state in rows}
    changed = sum(state == BallotState.REPLACED for _, state in rows)
    return {
        "disputed_parties": sum(state == BallotState.DISPUTED for _, state in rows),
        **({"changed_ballots": changed} if changed else {}),
        "not_counted": [{"leaf_hash": leaf_hash, "reason": reason} for leaf_hash, reason in reasons.items()],
    }
