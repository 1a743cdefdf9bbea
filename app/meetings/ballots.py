"""Choices as they are stored, and the receipt of a ballot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.meetings.models import Ballot, BallotState
from app.meetings.tally import Choice

CODES = {Choice.BLANK: 0, Choice.FOR: 1, Choice.AGAINST: 2, Choice.ABSTAIN: 3}
CHOICES = {code: choice for choice, code in CODES.items()}


@dataclass(frozen=True)
class Receipt:
    """What a voter gets for a ballot (回执): its leaf in the ballot log, signed. Hashes, nonce and signature in hex.

    `state` is `effective`, or `disputed` while the party's co-owners contradict each other and neither ballot counts.
    `replaces`: the ballot that this one changed, and `replaces_leaf_hash` its leaf, which this one's leaf names.
    """

    ballot_id: UUID
    party_id: UUID
    accepted_at: datetime
    leaf_hash: str
    nonce: str
    key_id: str
    signature: str
    state: str = BallotState.EFFECTIVE
    replaces: UUID | None = None
    replaces_leaf_hash: str | None = None


def receipt_of(ballot: Ballot) -> Receipt | None:
    """The receipt as it was given; None for a ballot from before the ballot log."""
    if ballot.leaf_hash is None or ballot.nonce is None or ballot.receipt_signature is None:
        return None
    return Receipt(
        ballot_id=ballot.id,
        party_id=ballot.party_id,
        accepted_at=ballot.accepted_at,
        leaf_hash=ballot.leaf_hash.hex(),
        nonce=ballot.nonce.hex(),
        key_id=ballot.receipt_key_id or "",
        signature=ballot.receipt_signature.hex(),
        state=shown(BallotState(ballot.state)),
        replaces=ballot.replaces,
        replaces_leaf_hash=ballot.replaces_leaf_hash.hex() if ballot.replaces_leaf_hash else None,
    )


def shown(state: BallotState) -> str:
    """A ballot's state as people see it: the first of a dispute and those that contradict it are both disputed."""
    return BallotState.DISPUTED if state is BallotState.CONTRARY else state


def marks_lawful(elections: Mapping[str, Any], marks: Mapping[str, Collection[str]], marked: Collection[UUID]) -> bool:
    """Whether the marks are for candidates, as many as seats at most, and no plain choice is on an election.

    `elections`: seats and candidates by motion id; `marked`: those with a plain choice. casting.sql says the same.
    """
    for motion, names in marks.items():
        election = elections.get(motion)
        if election is None or len(names) > election["seats"] or not set(names) <= set(election["candidates"]):
            return False
    return not any(str(motion) in elections for motion in marked)
