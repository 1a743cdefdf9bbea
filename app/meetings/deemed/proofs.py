"""Which silent parties join the majority, and by which proof of delivery: frozen at the count, by those who count.

A silent party has cast no ballot, and it is proved that ballot and warning came to it (GR 26). One whose co-owners
contradict each other is not silent, nor one whose signed sheet is on record. Nothing is delivered after the close, but
a page that was opened before it may still be on its way into the database: so what counts is what was read here.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.core.db import db
from app.meetings import scopes
from app.meetings.delivery.records import PROOF
from app.meetings.log import leaves
from app.meetings.models import DeliveryItem, Meeting, VotingParty
from app.meetings.parties import LIVE
from app.meetings.rules.rule_set import RuleSet
from app.meetings.scopes import Scope
from app.meetings.tally import Votes

_FREEZE = text(
    """
    UPDATE voting_party AS party SET deemed_by = proof.ways
    FROM (
        SELECT party_id, jsonb_agg(
            jsonb_build_object('way', way, 'delivered_at',
                               to_char(delivered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
            ORDER BY way) AS ways
        FROM delivery
        WHERE compound_id = :compound_id AND meeting_id = :meeting_id AND item = :ballot AND way = ANY (:proof)
        GROUP BY party_id
    ) AS proof
    WHERE party.compound_id = :compound_id AND party.meeting_id = :meeting_id AND party.id = proof.party_id
      AND NOT EXISTS (SELECT FROM ballot WHERE ballot.compound_id = party.compound_id
                      AND ballot.meeting_id = party.meeting_id AND ballot.party_id = party.id
                      AND ballot.state = ANY (:live))
      AND NOT EXISTS (SELECT FROM voting_party_owner AS holder WHERE holder.compound_id = party.compound_id
                      AND holder.meeting_id = party.meeting_id AND holder.party_id = party.id AND holder.paper_votes)
    """
)


def freeze(meeting: Meeting, rules: RuleSet) -> dict[str, Any]:
    """Freeze the silent parties with proof; how many there are and the root over them, for the count record.

    Empty where the rule set lets nobody join the majority.
    """
    if not rules.deemed_with_majority:
        return {}
    ways, live = [one.value for one in PROOF], [one.value for one in LIVE]
    key = {"compound_id": meeting.compound_id, "meeting_id": meeting.id}
    db.session.execute(_FREEZE, {**key, "ballot": DeliveryItem.BALLOT.value, "proof": ways, "live": live})
    silent = silent_areas(meeting)
    return {
        "deliveries": {
            "persons": len(silent),
            "area_centi": sum(silent.values()),
            "root_hash": leaves.root_of(statements(meeting)).hex(),
        }
    }


def statements(meeting: Meeting) -> Iterator[dict[str, Any]]:
    """The frozen proofs as leaves of a tree of their own, by party."""
    rows = db.session.execute(
        select(VotingParty.id, VotingParty.deemed_by).where(*_frozen(meeting)).order_by(VotingParty.id),
        execution_options={"yield_per": 2000},
    )
    for party_id, proofs in rows:
        yield leaves.delivery(meeting.id, party_id, proofs)


def silent_areas(meeting: Meeting, scope: Scope | None = None) -> dict[UUID, int]:
    """The frozen silent parties with their area in 0.01 m²; with a scope those in it, with their area there."""
    found = dict(db.session.execute(select(VotingParty.id, VotingParty.area_centi).where(*_frozen(meeting))).all())
    if scope is None:
        return found
    return {party_id: area for party_id, area in scopes.areas(meeting, scope).items() if party_id in found}


def votes_of(areas: Mapping[UUID, int]) -> Votes:
    """These parties as persons and area."""
    return Votes(len(areas), sum(areas.values()))


def _frozen(meeting: Meeting) -> tuple[Any, ...]:
    return (
        VotingParty.compound_id == meeting.compound_id,
        VotingParty.meeting_id == meeting.id,
        VotingParty.deemed_by.is_not(None),
    )
