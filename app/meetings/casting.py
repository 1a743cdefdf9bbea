"""Casting a ballot: one statement, which locks the meeting that it checks.

The meeting's row is locked FOR SHARE by the statement that reads its state. A count takes the row FOR UPDATE first, so
it waits for every ballot under way, and a ballot that comes after it sees the count: what is accepted is counted.
The ballot's leaf hash and the signed receipt are made beforehand and need nothing from the database.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID

from app.core import clock, signing
from app.core.db import fetch_one
from app.core.errors import AppError
from app.core.ids import new_id
from app.identity.actor import Actor
from app.meetings import leaves
from app.meetings.errors import (
    BallotAlreadyCast,
    BallotEmpty,
    MarksUnlawful,
    MeetingCancelled,
    MeetingNotFound,
    MotionOutOfScope,
    NotYourVote,
    UnknownMotion,
    VotingClosed,
    VotingNotOpen,
)
from app.meetings.models import BallotChannel
from app.meetings.tally import Choice
from app.notifications.catalogue import CATALOGUE, Kind

CODES = {Choice.BLANK: 0, Choice.FOR: 1, Choice.AGAINST: 2, Choice.ABSTAIN: 3}
CHOICES = {code: choice for choice, code in CODES.items()}


@dataclass(frozen=True)
class Receipt:
    """What a voter gets for a ballot (回执): its leaf in the ballot log, signed. Hashes, nonce and signature in hex."""

    ballot_id: UUID
    party_id: UUID
    accepted_at: datetime
    leaf_hash: str
    nonce: str
    key_id: str
    signature: str


_CAST = (Path(__file__).parent / "casting.sql").read_text()


def cast_ballot(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    party_id: UUID,
    choices: Mapping[UUID, Choice],
    marks: Mapping[UUID, Collection[UUID]] | None = None,
) -> Receipt:
    """Cast the ballot of a voting party that the actor belongs to; motions not named in `choices` are left blank.

    `marks`: for each election, the marked candidates, as many as there are seats at most; none: blank.

    Writes the ballot and the message of receipt, or nothing.
    Raises MeetingNotFound, VotingNotOpen, VotingClosed, MeetingCancelled, NotYourVote, UnknownMotion, BallotEmpty,
    MotionOutOfScope, MarksUnlawful, BallotAlreadyCast.
    """
    chosen = {str(motion): sorted(str(one) for one in set(names)) for motion, names in (marks or {}).items() if names}
    if not chosen and all(choice is Choice.BLANK for choice in choices.values()):
        raise BallotEmpty
    now, ballot_id, nonce = clock.now(), new_id(), token_bytes(leaves.NONCE_BYTES)
    leaf_hash = leaves.hash_of(leaves.ballot(meeting_id, party_id, choices, BallotChannel.APP, now, nonce, chosen))
    signature = signing.sign(leaves.receipt(meeting_id, leaf_hash, now))
    parameters = {
        "compound_id": compound_id,
        "meeting_id": meeting_id,
        "party_id": party_id,
        "account_id": actor.account_id,
        "ballot_id": ballot_id,
        "motion_ids": list(choices),
        "choices": [CODES[choice] for choice in choices.values()],
        "marked": [motion for motion, choice in choices.items() if choice is not Choice.BLANK],
        "marks": json.dumps(chosen) if chosen else None,
        "now": now,
        "nonce": nonce,
        "leaf_hash": leaf_hash,
        "key_id": signature.key_id,
        "signature": signature.raw,
        **_message(compound_id, meeting_id, ballot_id, now),
    }
    accepted_id, refusal = fetch_one(_CAST, parameters) or (None, None)
    if accepted_id is None:
        raise _refused(refusal, chosen, parameters["marked"])
    return Receipt(
        ballot_id=ballot_id,
        party_id=party_id,
        accepted_at=now,
        leaf_hash=leaf_hash.hex(),
        nonce=nonce.hex(),
        key_id=signature.key_id,
        signature=signature.raw.hex(),
    )


def _message(compound_id: UUID, meeting_id: UUID, ballot_id: UUID, now: datetime) -> dict[str, Any]:
    template = CATALOGUE[Kind.BALLOT_RECEIVED]
    return {
        "kind": str(Kind.BALLOT_RECEIVED),
        "page": template.page.format(compound_id=compound_id, meeting_id=meeting_id),
        "dedup_key": f"{Kind.BALLOT_RECEIVED}:{ballot_id}",
        "urgency": str(template.urgency),
        "now_text": now.isoformat(),
        "receipt": ballot_id.hex,
        "expires_at": now + template.lifetime,
    }


def _refused(facts: Mapping[str, Any], marks: Mapping[str, Collection[str]], marked: Collection[UUID]) -> AppError:
    """Why nothing was written, the plainest reason first."""
    if not facts["announced"]:
        return MeetingNotFound()
    if facts["cancelled"]:
        return MeetingCancelled()
    if not facts["is_member"]:
        return NotYourVote()
    if facts["earlier"]:
        return BallotAlreadyCast(ballot_id=facts["earlier"])
    if not facts["is_open"]:
        return VotingClosed() if facts["opened"] else VotingNotOpen(opens_at=facts["opens_at"])
    if not facts["motions_known"]:
        return UnknownMotion()
    if facts["out_of_scope"]:
        return MotionOutOfScope(**facts["out_of_scope"])
    if not _marks_lawful(facts["elections"] or {}, marks, marked):
        return MarksUnlawful()
    return BallotAlreadyCast()


def _marks_lawful(elections: Mapping[str, Any], marks: Mapping[str, Collection[str]], marked: Collection[UUID]) -> bool:
    """What the statement checks: marks for candidates, as many as seats at most, and no choice on an election."""
    for motion, names in marks.items():
        election = elections.get(motion)
        if election is None or len(names) > election["seats"] or not set(names) <= set(election["candidates"]):
            return False
    return not any(str(motion) in elections for motion in marked)
