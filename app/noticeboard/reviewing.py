"""What entries tell moderation, and what its decisions do to them."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from app.compounds.homes import names_of
from app.core.db import db
from app.core.masking import mask_name
from app.core.settings import Settings
from app.moderation import subjects
from app.moderation.errors import NotAppealable
from app.moderation.models import ReviewCase
from app.moderation.subjects import Shown
from app.noticeboard import hearing, states, telling, terms, trail
from app.noticeboard.drafting import KIND
from app.noticeboard.models import Colour, Entry, EntryState
from app.org.permissions import Act


def configure(settings: Settings) -> None:
    """Take over the settings, and make entries known to moderation."""
    terms.configure(settings)
    subjects.register(
        subjects.Subject(
            kind=KIND,
            chinese="红黑榜内容",
            act=Act.REVIEW_NOTICE,
            lock=states.lock,
            shown=_shown,
            accepted=_accepted,
            refused=_refused,
            appealed=_appealed,
        )
    )


def _shown(compound_id: UUID, entry_ids: Collection[UUID]) -> Mapping[UUID, Shown]:
    entries = db.session.scalars(select(Entry).where(Entry.compound_id == compound_id, Entry.id.in_(entry_ids))).all()
    names = names_of(compound_id, {entry.drafted_by for entry in entries})
    return {entry.id: Shown(f"{entry.title}\n{entry.text}", _author(names, entry), _facts(entry)) for entry in entries}


def _author(names: Mapping[UUID, str], entry: Entry) -> str:
    return mask_name(names[entry.drafted_by]) if entry.drafted_by in names else "工作人员"


def _facts(entry: Entry) -> dict[str, str]:
    facts = {"榜单": Colour(entry.colour).chinese, "相关业主": f"{len(hearing.people(entry))} 位"}
    return facts | ({"起草人注明不是人名": "、".join(entry.words)} if entry.words else {})


def _accepted(case: ReviewCase) -> None:
    entry = _of(case)
    states.require_state(entry, EntryState.REVIEWING)
    entry.reviewed_by = case.appeal_decided_by or case.decided_by
    hearing.begin(entry)


def _refused(case: ReviewCase) -> None:
    entry = _of(case)
    states.require_state(entry, EntryState.REVIEWING)
    entry.state = EntryState.RETURNED
    db.session.flush()
    trail.note(None, entry, "return_notice", EntryState.REVIEWING, case_id=str(case.id))
    telling.tell_returned(entry, case.id, case.reason or "")


def _appealed(case: ReviewCase) -> None:
    entry = _of(case)
    if entry.state != EntryState.RETURNED:
        raise NotAppealable
    entry.state = EntryState.REVIEWING
    db.session.flush()


def _of(case: ReviewCase) -> Entry:
    return db.session.get_one(Entry, (case.compound_id, case.subject_id))
