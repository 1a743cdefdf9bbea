"""Appeals (申诉): by whom an entry is about, or by any other owner, before and while it is published.

An open one holds up the publication; one that is upheld takes the entry down at once and leaves a note. It is decided
by somebody who neither drafted nor reviewed the entry.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.compounds.queries import owns_today
from app.core import clock
from app.core.db import db
from app.identity.actor import Actor
from app.noticeboard import hearing, policy, publishing, states, telling, trail
from app.noticeboard.errors import (
    AlreadyAppealed,
    AppealDecided,
    AppealNotFound,
    DecidedByYouBefore,
    EntryNotFound,
    NoHomeHere,
    PersonNotOnRoll,
    YourOwnCase,
)
from app.noticeboard.models import AppealState, Entry, Statement, StatementKind
from app.noticeboard.seeing import sees
from app.org.errors import OwnersOnly

UPHELD_NOTE = "经复核，申诉成立，本条内容已撤下。"


def appeal(
    actor: Actor, compound_id: UUID, entry_id: UUID, text: str, on_paper: Mapping[str, Any] | None = None
) -> Statement:
    """Appeal against an entry that the actor sees: for the owner concerned, or as another owner.

    `on_paper`: entered for `owner_id` from a sheet, `note` says where that is filed; who enters it does not decide it.
    Raises Forbidden, EntryNotFound, NoHomeHere, PersonNotOnRoll, OutsideOwnPlace, WrongEntryState, AlreadyAppealed.
    """
    if on_paper:
        return _appeal_on_paper(actor, compound_id, entry_id, text, **on_paper)
    viewer = policy.require_see(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    if not sees(viewer, entry):
        raise EntryNotFound
    if not viewer.owner_ids:
        raise OwnersOnly if viewer.lives_here else NoHomeHere
    concerned = sorted(set(viewer.owner_ids) & set(policy.persons_of(entry)))
    return _file(actor, entry, (concerned or sorted(viewer.owner_ids))[0], text)


def _appeal_on_paper(
    actor: Actor, compound_id: UUID, entry_id: UUID, text: str, owner_id: UUID, note: str
) -> Statement:
    policy.require_enter_paper(actor, compound_id)
    entry = states.lock(compound_id, entry_id)
    if not owns_today(compound_id, owner_id):
        raise PersonNotOnRoll
    policy.require_enter_paper_of(actor, compound_id, owner_id)
    return _file(actor, entry, owner_id, text, note)


def decide(
    actor: Actor, compound_id: UUID, appeal_id: UUID, uphold: bool, reason: str, note: str | None = None
) -> Statement:
    """Uphold an appeal, which takes the entry down at once, or dismiss it; `note` stands in the entry's place.

    Raises Forbidden, AppealNotFound, DraftedByYou, DecidedByYouBefore, YourOwnCase, AppealDecided, TellsWhoIsMeant.
    """
    policy.require_review(actor, compound_id)
    found = db.session.get(Statement, (compound_id, appeal_id))
    if found is None or found.kind != StatementKind.APPEAL:
        raise AppealNotFound
    entry = states.lock(compound_id, found.entry_id)
    one = db.session.get_one(Statement, (compound_id, appeal_id), with_for_update=True, populate_existing=True)
    _require_third_person(actor, entry, one)
    if one.state != AppealState.OPEN:
        raise AppealDecided(state=one.state)
    one.state = AppealState.UPHELD if uphold else AppealState.DISMISSED
    one.decided_by, one.decided_at, one.reason = actor.account_id, clock.now(), reason
    db.session.flush()
    trail.note(actor, entry, "decide_notice_appeal", statement_id=str(one.id), upheld=uphold)
    if uphold:
        publishing.end(actor, entry, note or UPHELD_NOTE)
    telling.tell_appeal_decided(one, "申诉成立" if uphold else "申诉驳回")
    return one


def _file(actor: Actor, entry: Entry, owner_id: UUID, text: str, paper_note: str | None = None) -> Statement:
    states.require_state(entry, *states.OPEN_TO_APPEAL)
    earlier = select(Statement.id).where(
        Statement.compound_id == entry.compound_id,
        Statement.entry_id == entry.id,
        Statement.owner_id == owner_id,
        Statement.kind == StatementKind.APPEAL,
    )
    if db.session.scalar(earlier):
        raise AlreadyAppealed
    filed = hearing.keep(actor, entry, StatementKind.APPEAL, owner_id, text, paper_note, AppealState.OPEN)
    telling.tell_appealed(entry, filed)
    return filed


def _require_third_person(actor: Actor, entry: Entry, one: Statement) -> None:
    policy.require_second_person(actor, entry)
    if actor.account_id == entry.reviewed_by:
        raise DecidedByYouBefore
    if actor.account_id == one.account_id or policy.stands_for(actor, entry.compound_id, one.owner_id):
        raise YourOwnCase
