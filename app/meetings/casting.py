"""Casting a ballot: one statement, which locks the meeting that it checks.

The meeting's row is locked FOR SHARE by the statement that reads its state. A count takes the row FOR UPDATE first, so
it waits for every ballot under way, and a ballot that comes after it sees the count: what is accepted is counted.
The ballot's leaf hash and the signed receipt are made beforehand and need nothing from the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, LargeBinary, SmallInteger, Text, Uuid, bindparam, text

from app.core import clock, signing
from app.core.db import db
from app.core.errors import AppError
from app.core.ids import new_id
from app.identity.actor import Actor
from app.meetings import leaves
from app.meetings.errors import (
    BallotAlreadyCast,
    BallotEmpty,
    MeetingCancelled,
    MeetingNotFound,
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


_CAST = text(
    """
    WITH frozen AS (
        SELECT meeting.title, compound.name AS compound, opens_at, closes_at, announced_at, counted_at, cancelled_at,
               motion_ids, announced_at IS NOT NULL AND cancelled_at IS NULL AND counted_at IS NULL
                           AND opens_at <= :now AND :now < closes_at AS is_open
        FROM meeting JOIN org_unit AS compound ON compound.id = meeting.compound_id
        WHERE meeting.compound_id = :compound_id AND meeting.id = :meeting_id
        FOR SHARE OF meeting
    ), party AS (
        SELECT voting_party.id, voting_party.area_centi, holder.owner_id
        FROM voting_party
        JOIN voting_party_owner AS holder
          ON holder.compound_id = voting_party.compound_id AND holder.meeting_id = voting_party.meeting_id
         AND holder.party_id = voting_party.id
        WHERE voting_party.compound_id = :compound_id AND voting_party.meeting_id = :meeting_id
          AND voting_party.id = :party_id
          AND EXISTS (
              SELECT FROM binding
              JOIN voting_party_unit AS home
                ON home.compound_id = binding.compound_id AND home.unit_id = binding.unit_id
              WHERE binding.compound_id = :compound_id AND binding.account_id = :account_id
                AND binding.owner_id = holder.owner_id AND binding.state = 'accepted'
                AND home.meeting_id = :meeting_id AND home.party_id = :party_id
          )
        LIMIT 1
    ), accepted AS (
        INSERT INTO ballot (compound_id, meeting_id, party_id, id, owner_id, account_id, channel, choices, area_centi,
                            accepted_at, nonce, leaf_hash, receipt_key_id, receipt_signature)
        SELECT :compound_id, :meeting_id, party.id, :ballot_id, party.owner_id, :account_id, 'app',
               ARRAY(
                   SELECT coalesce(given.choice, 0)
                   FROM unnest(frozen.motion_ids) WITH ORDINALITY AS motion (id, position)
                   LEFT JOIN unnest(:motion_ids, :choices) AS given (motion_id, choice) ON given.motion_id = motion.id
                   ORDER BY motion.position
               ),
               party.area_centi, :now, :nonce, :leaf_hash, :key_id, :signature
        FROM frozen, party
        WHERE frozen.is_open AND :motion_ids <@ frozen.motion_ids
        ON CONFLICT DO NOTHING
        RETURNING id, accepted_at
    ), told AS (
        INSERT INTO outbox (compound_id, account_id, kind, data, page, dedup_key, urgency, created_at, due_at,
                            expires_at)
        SELECT :compound_id, :account_id, :kind,
               jsonb_build_object('title', frozen.title, 'compound', frozen.compound,
                                  'accepted_at', :now_text, 'receipt', :receipt),
               :page, :dedup_key, :urgency, :now, :now, :expires_at
        FROM accepted, frozen
        ON CONFLICT DO NOTHING
    )
    SELECT accepted.id AS ballot_id, CASE WHEN accepted.id IS NULL THEN jsonb_build_object(
        'announced', frozen.announced_at IS NOT NULL,
        'cancelled', frozen.cancelled_at IS NOT NULL,
        'opened', frozen.opens_at <= :now,
        'is_open', frozen.is_open,
        'opens_at', frozen.opens_at,
        'motions_known', :motion_ids <@ frozen.motion_ids,
        'is_member', party.id IS NOT NULL,
        'earlier', (SELECT ballot.id FROM ballot WHERE ballot.compound_id = :compound_id
                    AND ballot.meeting_id = :meeting_id AND ballot.party_id = :party_id)
    ) END AS refusal
    FROM (SELECT) AS always LEFT JOIN frozen ON true LEFT JOIN party ON true LEFT JOIN accepted ON true
    """
).bindparams(
    *(bindparam(name, type_=Uuid()) for name in ("compound_id", "meeting_id", "party_id", "account_id", "ballot_id")),
    *(bindparam(name, type_=DateTime(timezone=True)) for name in ("now", "expires_at")),
    *(
        bindparam(name, type_=Text())
        for name in ("kind", "page", "dedup_key", "urgency", "now_text", "receipt", "key_id")
    ),
    *(bindparam(name, type_=LargeBinary()) for name in ("nonce", "leaf_hash", "signature")),
    bindparam("motion_ids", type_=ARRAY(Uuid())),
    bindparam("choices", type_=ARRAY(SmallInteger())),
)


def cast_ballot(
    actor: Actor, compound_id: UUID, meeting_id: UUID, party_id: UUID, choices: Mapping[UUID, Choice]
) -> Receipt:
    """Cast the ballot of a voting party that the actor belongs to; motions not named in `choices` are left blank.

    Writes the ballot and the message of receipt, or nothing.
    Raises MeetingNotFound, VotingNotOpen, VotingClosed, MeetingCancelled, NotYourVote, UnknownMotion, BallotEmpty,
    BallotAlreadyCast.
    """
    if not any(choice is not Choice.BLANK for choice in choices.values()):
        raise BallotEmpty
    now, ballot_id, nonce = clock.now(), new_id(), token_bytes(leaves.NONCE_BYTES)
    leaf_hash = leaves.hash_of(leaves.ballot(meeting_id, party_id, choices, BallotChannel.APP, now, nonce))
    signature = signing.sign(leaves.receipt(meeting_id, leaf_hash, now))
    parameters = {
        "compound_id": compound_id,
        "meeting_id": meeting_id,
        "party_id": party_id,
        "account_id": actor.account_id,
        "ballot_id": ballot_id,
        "motion_ids": list(choices),
        "choices": [CODES[choice] for choice in choices.values()],
        "now": now,
        "nonce": nonce,
        "leaf_hash": leaf_hash,
        "key_id": signature.key_id,
        "signature": signature.raw,
        **_message(compound_id, meeting_id, ballot_id, now),
    }
    row = db.session.execute(_CAST, parameters).one()
    if row.ballot_id is None:
        raise _refused(row.refusal)
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


def _refused(facts: Mapping[str, Any]) -> AppError:
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
    return BallotAlreadyCast()
