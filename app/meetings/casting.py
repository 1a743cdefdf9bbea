"""Casting a ballot: one statement, which locks the meeting that it checks.

The meeting's row is locked FOR SHARE by the statement that reads its state. A count takes the row FOR UPDATE first, so
it waits for every ballot under way, and a ballot that comes after it sees the count: what is accepted is counted.
The ballot's leaf hash and the signed receipt are made beforehand and need nothing from the database.

The statement commits by itself, which saves two round trips. Only where the party has a ballot already, or the actor
votes by a mandate or as a buyer, is it repeated inside the request's transaction: its locks last while `disputes`
settles which one counts, and the principal is told. So it is where a ballot is to be changed.

Nearly all ballots are none of these. They are cast by the statement's short form, which finds the sign-in as well:
`cast_at_once`.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any
from uuid import UUID

from app.core import clock, signing
from app.core.crypto import token_hash
from app.core.db import db, fetch_one, fetch_one_alone
from app.core.errors import AppError
from app.core.ids import id_text, new_id
from app.core.metrics import ACCEPTED, counting
from app.core.work import BALLOTS
from app.identity.actor import Actor
from app.identity.service import kept_alive
from app.meetings import changing, seats, standing, telling
from app.meetings.ballots import CODES, Receipt, marks_lawful
from app.meetings.casting_statements import CAST, CAST_AT_ONCE
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
from app.meetings.log import leaves
from app.meetings.mandates import acts as mandates
from app.meetings.models import Ballot, BallotChannel, Meeting
from app.meetings.party_errors import BallotNotFound
from app.meetings.tally import Choice
from app.notifications.catalogue import CATALOGUE, Kind


@dataclass(frozen=True)
class _Written:
    """A ballot that is written and not cast yet: the statement's parameters but for who casts, and its receipt.

    `chosen`: the marks of each election, `marked`: the motions with a plain choice.
    """

    parameters: dict[str, Any]
    receipt: Receipt
    chosen: dict[str, list[str]]
    marked: list[UUID]


def cast_at_once(
    token: str,
    compound_id: UUID,
    meeting_id: UUID,
    party_id: UUID,
    choices: Mapping[UUID, Choice],
    marks: Mapping[UUID, Collection[UUID]] | None = None,
) -> Receipt | None:
    """Cast the first ballot of a party that the account signed in with the token speaks for, in one statement.

    None: nothing was written. Then `cast_ballot` says why, or does what there is more to do. Raises BallotEmpty.
    """
    ballot = _write(compound_id, meeting_id, party_id, choices, marks)
    who = {"token_hash": token_hash(token), "kept_alive": kept_alive(ballot.receipt.accepted_at)}
    cast = fetch_one_alone(CAST_AT_ONCE, {**ballot.parameters, **who})
    if not cast:
        return None
    BALLOTS.add("app", ACCEPTED)
    return ballot.receipt


@counting(BALLOTS, "app")
def cast_ballot(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    party_id: UUID,
    choices: Mapping[UUID, Choice],
    marks: Mapping[UUID, Collection[UUID]] | None = None,
    replaces: UUID | None = None,
) -> Receipt:
    """Cast the ballot of a voting party that the actor may vote for; motions not named in `choices` are left blank.

    `marks`: for each election, the marked candidates, as many as there are seats at most; none: blank.

    Writes the ballot and the message of receipt, or nothing. `replaces`: the party's ballot that this one changes,
    where the rules allow it. Where the party has a ballot: see `changing`, and `disputes` for a co-owner's.
    Raises MeetingNotFound, VotingNotOpen, VotingClosed, MeetingCancelled, NotYourVote, DelegateVotes, GuardianVotes,
    SeatDivided, SeatVoted, UnknownMotion, BallotEmpty, MotionOutOfScope, MarksUnlawful, BallotAlreadyCast, and what
    `changing.cast_again` and `mandates.to_cast` raise.
    """
    ballot = _write(compound_id, meeting_id, party_id, choices, marks)
    chosen, marked = ballot.chosen, ballot.marked
    parameters = {**ballot.parameters, "account_id": actor.account_id, "mandate_id": None}
    first = fetch_one_alone if replaces is None else fetch_one  # a change is settled under the statement's locks
    accepted_id, refusal = first(CAST, parameters) or (None, None)
    mandate = None
    if accepted_id is None and isinstance(_refused(refusal, chosen, marked), NotYourVote):
        if seats.pass_to(actor, compound_id, meeting_id, party_id):
            accepted_id, refusal = fetch_one(CAST, parameters) or (None, None)
        if accepted_id is None and isinstance(_refused(refusal, chosen, marked), NotYourVote):
            mandate = mandates.to_cast(actor, compound_id, meeting_id, party_id, choices, chosen)
            if mandate is None:
                raise standing.why_not(actor, compound_id, meeting_id, party_id)
            parameters["mandate_id"] = mandate.id
            accepted_id, refusal = fetch_one(CAST, parameters) or (None, None)
    elif accepted_id is None and not replaces and isinstance(_refused(refusal, chosen, marked), BallotAlreadyCast):
        accepted_id, refusal = fetch_one(CAST, parameters) or (None, None)  # anew: now the locks last
    if accepted_id is None:
        refused = _refused(refusal, chosen, marked)
        if isinstance(refused, NotYourVote):
            raise standing.why_not(actor, compound_id, meeting_id, party_id)
        if isinstance(refused, BallotAlreadyCast) and (refusal["is_open"] or replaces):
            beside = _beside(parameters, choices, refusal["owner_id"])
            return changing.cast_again(actor, beside, replaces, refusal["is_open"])
        raise refused
    if replaces:
        raise BallotNotFound  # the party has none to change, and the unit of work takes this one back
    if mandate:
        telling.tell_principal(mandate, ballot.receipt.accepted_at)
    return ballot.receipt


def _write(
    compound_id: UUID,
    meeting_id: UUID,
    party_id: UUID,
    choices: Mapping[UUID, Choice],
    marks: Mapping[UUID, Collection[UUID]] | None,
) -> _Written:
    """A ballot with its leaf and signed receipt. Raises BallotEmpty."""
    chosen = {id_text(motion): sorted(map(id_text, set(names))) for motion, names in (marks or {}).items() if names}
    if not chosen and all(choice is Choice.BLANK for choice in choices.values()):
        raise BallotEmpty
    marked = [motion for motion, choice in choices.items() if choice is not Choice.BLANK]
    now, ballot_id, nonce = clock.now(), new_id(), token_bytes(leaves.NONCE_BYTES)
    leaf_hash = leaves.hash_of(leaves.ballot(meeting_id, party_id, choices, BallotChannel.APP, now, nonce, chosen))
    signature = signing.sign(leaves.receipt(meeting_id, leaf_hash, now))
    receipt = Receipt(
        ballot_id=ballot_id,
        party_id=party_id,
        accepted_at=now,
        leaf_hash=leaf_hash.hex(),
        nonce=nonce.hex(),
        key_id=signature.key_id,
        signature=signature.raw.hex(),
    )
    parameters = {
        "compound_id": compound_id,
        "meeting_id": meeting_id,
        "party_id": party_id,
        "ballot_id": ballot_id,
        "motion_ids": _array(map(id_text, choices)),
        "choices": _array(str(CODES[choice]) for choice in choices.values()),
        "marked": _array(map(id_text, marked)),
        "marks": json.dumps(chosen) if chosen else None,
        "now": now,
        "nonce": nonce,
        "leaf_hash": leaf_hash,
        "key_id": signature.key_id,
        "signature": signature.raw,
        **_message(compound_id, meeting_id, ballot_id, now),
    }
    return _Written(parameters, receipt, chosen, marked)


def _array(values: Iterable[str]) -> str:
    """An array as PostgreSQL reads it; psycopg would look at each value's type, which costs ten times as much."""
    return "{" + ",".join(values) + "}"


def _beside(given: Mapping[str, Any], choices: Mapping[UUID, Choice], owner_id: str | None) -> Ballot:
    """The ballot as a row to put beside one that there is. The meeting is locked since the statement."""
    meeting = db.session.get_one(Meeting, (given["compound_id"], given["meeting_id"]))
    ballot = Ballot(
        compound_id=given["compound_id"],
        id=given["ballot_id"],
        meeting_id=given["meeting_id"],
        party_id=given["party_id"],
        owner_id=UUID(owner_id) if owner_id else None,
        account_id=given["account_id"],
        channel=BallotChannel.APP,
        choices=[CODES[choices.get(motion_id, Choice.BLANK)] for motion_id in meeting.motion_ids],
        accepted_at=given["now"],
        nonce=given["nonce"],
        leaf_hash=given["leaf_hash"],
        receipt_key_id=given["key_id"],
        receipt_signature=given["signature"],
        mandate_id=given["mandate_id"],
    )
    if given["marks"]:
        ballot.marks = json.loads(given["marks"])
    return ballot


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
    if facts["earlier"] and not facts["is_open"]:
        return BallotAlreadyCast(ballot_id=facts["earlier"])
    if not facts["is_open"]:
        return VotingClosed() if facts["opened"] else VotingNotOpen(opens_at=facts["opens_at"])
    if not facts["motions_known"]:
        return UnknownMotion()
    if facts["out_of_scope"]:
        return MotionOutOfScope(**facts["out_of_scope"])
    if not marks_lawful(facts["elections"] or {}, marks, marked):
        return MarksUnlawful()
    return BallotAlreadyCast()
