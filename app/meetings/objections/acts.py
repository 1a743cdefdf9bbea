"""Objections to the published electorate (名册异议): filed in the app, decided by the secretary with a reason.

Whoever is signed in may file one: who was left off the list is no owner as yet. Upholding corrects the electorate, and
ends with the opening of voting; an objection that is then undecided hinders nothing, and can still be refused.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from app.compounds import queries as compounds
from app.core import clock
from app.core.crypto import lookup_hash
from app.core.db import db
from app.core.ids import new_id
from app.identity.actor import Actor
from app.meetings import policy, reading, scans, states, telling, trail
from app.meetings.errors import MeetingNotFound, WrongMeetingState
from app.meetings.models import (
    ElectorateObjection,
    Meeting,
    MeetingState,
    ObjectionKind,
    ObjectionState,
    Scan,
    VotingPartyUnit,
)
from app.meetings.objections import corrections
from app.meetings.objections.corrections import Correction
from app.meetings.objections.errors import (
    CorrectionsNotAllowed,
    EvidenceNotFound,
    ObjectionDecided,
    ObjectionNotFound,
    ObjectionPeriodOver,
    TooManyObjections,
    UnitNotOnRoll,
)
from app.meetings.rules.rule_set import RuleSet
from app.meetings.schedule import end_of_period

MOST_UNDECIDED = 5
_ANSWERABLE = (MeetingState.ANNOUNCED, MeetingState.VOTING, MeetingState.CLOSED)


def objection_until(meeting: Meeting) -> datetime:
    """When the objection period of an announced meeting ends: by its rule set, and with the opening at the latest."""
    rules = RuleSet.from_dict(meeting.rule_set or {})
    if meeting.announced_at is None:
        raise MeetingNotFound
    return min(end_of_period(meeting.announced_at, rules.electorate_objection_days), meeting.opens_at)


def file_objection(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    kind: ObjectionKind,
    text: str,
    unit_id: UUID | None = None,
    sheet: bytes = b"",
) -> ElectorateObjection:
    """File an objection during the objection period; the same one again is the one that there is.

    A steward files it for a neighbour who prefers paper, and puts the sheet to it as evidence: `sheet` is its scan,
    since two neighbours may write the same words.
    Raises MeetingNotFound, WrongMeetingState, ObjectionPeriodOver, UnitNotOnRoll, TooManyObjections.
    """
    meeting = _taking_objections(compound_id, meeting_id)
    if unit_id and not _known(meeting, unit_id):
        raise UnitNotOnRoll
    paper = f"\x00{hashlib.sha256(sheet).hexdigest()}" if sheet else ""
    content_hash = lookup_hash("electorate_objection", f"{kind}\x00{unit_id}\x00{text.strip()}{paper}")
    earlier = _same(actor, meeting, content_hash)
    if earlier:
        return earlier
    if _undecided_of(actor, meeting) >= MOST_UNDECIDED and not policy.can_enter_paper(actor, compound_id):
        raise TooManyObjections(most=MOST_UNDECIDED)
    said = {"kind": kind, "unit_id": unit_id, "text": text.strip(), "content_hash": content_hash}
    written = db.session.scalar(
        insert_or_skip(ElectorateObjection)
        .values(
            compound_id=compound_id,
            id=new_id(),
            meeting_id=meeting_id,
            account_id=actor.account_id,
            state=ObjectionState.FILED,
            filed_at=clock.now(),
            corrections=[],
            **said,
        )
        .on_conflict_do_nothing()
        .returning(ElectorateObjection.id)
    )
    if written:
        trail.note(actor, meeting, "file_objection", None, {"objection_id": str(written), "kind": str(kind)})
    found = _same(actor, meeting, content_hash)
    assert found
    return found


def add_evidence(
    actor: Actor, compound_id: UUID, meeting_id: UUID, objection_id: UUID, file_name: str, content: bytes
) -> ElectorateObjection:
    """Put a paper to the actor's own objection, in place of an earlier one, while it is undecided.

    Raises MeetingNotFound, WrongMeetingState, ObjectionNotFound, ObjectionDecided and what `core.files.check_file`
    raises.
    """
    states.locked(compound_id, meeting_id, clock.now(), *_ANSWERABLE)
    objection = _locked(compound_id, meeting_id, objection_id)
    if objection.account_id != actor.account_id:
        raise ObjectionNotFound
    if objection.state != ObjectionState.FILED:
        raise ObjectionDecided(state=objection.state)
    objection.scan_id = scans.keep_scan(actor, compound_id, meeting_id, file_name, content).id
    return objection


def get_evidence(actor: Actor, compound_id: UUID, meeting_id: UUID, objection_id: UUID) -> Scan:
    """The paper of an objection: for who filed it, and for staff. Raises ObjectionNotFound, EvidenceNotFound."""
    objection = db.session.get(ElectorateObjection, (compound_id, objection_id))
    if objection is None or objection.meeting_id != meeting_id:
        raise ObjectionNotFound
    if objection.account_id != actor.account_id and not policy.can_see_drafts(actor, compound_id):
        raise ObjectionNotFound
    if objection.scan_id is None:
        raise EvidenceNotFound
    return db.session.get_one(Scan, (compound_id, objection.scan_id))


def decide_objection(
    actor: Actor,
    compound_id: UUID,
    meeting_id: UUID,
    objection_id: UUID,
    uphold: bool,
    reason: str,
    wanted: Sequence[Correction] = (),
) -> ElectorateObjection:
    """Uphold an objection with its corrections, or refuse it; the objector, and whom a correction concerns, are told.

    Upheld without a correction: another decision has set it right. Upholding ends when voting opens.
    Raises Forbidden, MeetingNotFound, WrongMeetingState, ObjectionNotFound, ObjectionDecided, CorrectionsNotAllowed and
    what `corrections.correct` raises.
    """
    policy.require_manage(actor, compound_id)
    allowed = (MeetingState.ANNOUNCED,) if uphold else _ANSWERABLE
    meeting = states.locked(compound_id, meeting_id, clock.now(), *allowed)
    objection = _locked(compound_id, meeting_id, objection_id)
    if objection.state != ObjectionState.FILED:
        raise ObjectionDecided(state=objection.state)
    if wanted and not uphold:
        raise CorrectionsNotAllowed
    made = [corrections.correct(meeting, one) for one in wanted]
    objection.state = ObjectionState.UPHELD if uphold else ObjectionState.REFUSED
    objection.reason, objection.decided_by, objection.decided_at = reason, actor.account_id, clock.now()
    objection.corrections = [one.as_json() for one in made]
    db.session.flush()
    decided = {"objection_id": str(objection_id), "state": objection.state.value}
    trail.note(actor, meeting, "decide_objection", {"state": ObjectionState.FILED.value}, decided)
    for one in made:
        about = {"objection_id": str(objection_id), "act": one.act.value, "unit_id": str(one.unit_id)}
        trail.note(actor, meeting, "correct_electorate", {**about, **one.before}, {**about, **one.after})
    outcome = objection.state.chinese
    telling.tell_objection_decided(meeting, objection_id, objection.account_id, outcome, reason, "对业主名册的异议")
    for number, one in enumerate(made):
        telling.tell_corrected(meeting, objection, number, f"{one.door}{one.act.chinese}", one.owner_ids)
    return objection


def _taking_objections(compound_id: UUID, meeting_id: UUID) -> Meeting:
    """The meeting, while its objection period runs."""
    meeting, now = reading.announced(compound_id, meeting_id), clock.now()
    state = meeting.state_at(now)
    if state is not MeetingState.ANNOUNCED:
        raise WrongMeetingState(state=state.value, state_text=states.STATE_TEXT[state], allowed=["announced"])
    if now >= objection_until(meeting):
        raise ObjectionPeriodOver(until=objection_until(meeting).isoformat())
    return meeting


def _known(meeting: Meeting, unit_id: UUID) -> bool:
    listed = db.session.get(VotingPartyUnit, (meeting.compound_id, meeting.id, unit_id))
    return listed is not None or bool(compounds.units_with_owners(meeting.compound_id, unit_id))


def _same(actor: Actor, meeting: Meeting, content_hash: bytes) -> ElectorateObjection | None:
    return db.session.scalar(
        select(ElectorateObjection).where(
            ElectorateObjection.compound_id == meeting.compound_id,
            ElectorateObjection.meeting_id == meeting.id,
            ElectorateObjection.account_id == actor.account_id,
            ElectorateObjection.content_hash == content_hash,
        )
    )


def _undecided_of(actor: Actor, meeting: Meeting) -> int:
    return (
        db.session.scalar(
            select(func.count()).where(
                ElectorateObjection.compound_id == meeting.compound_id,
                ElectorateObjection.meeting_id == meeting.id,
                ElectorateObjection.account_id == actor.account_id,
                ElectorateObjection.state == ObjectionState.FILED,
            )
        )
        or 0
    )


def _locked(compound_id: UUID, meeting_id: UUID, objection_id: UUID) -> ElectorateObjection:
    key = (compound_id, objection_id)
    objection = db.session.get(ElectorateObjection, key, with_for_update=True, populate_existing=True)
    if objection is None or objection.meeting_id != meeting_id:
        raise ObjectionNotFound
    return objection
