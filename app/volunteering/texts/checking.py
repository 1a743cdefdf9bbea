"""The words of posts, activities and services before WeChat, and before a person where WeChat finds something.

Staff writes most of them, and the secretary looks at every service anyway: so WeChat's word is enough where it finds
nothing. What is risky is refused, and may be appealed against; the rest is left to another person. Meanwhile residents
see nothing of it, and nobody can sign up.
"""

from collections.abc import Collection, Mapping
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from app.compounds.homes import names_of
from app.core.db import db
from app.core.masking import mask_name
from app.identity.actor import Actor
from app.moderation import service as moderation
from app.moderation import subjects
from app.moderation.errors import NotAppealable
from app.moderation.models import ReviewCase
from app.moderation.subjects import Shown, Subject
from app.org.permissions import Act
from app.volunteering import telling
from app.volunteering.offerings.models import Offering
from app.volunteering.posts.models import VolunteerPost
from app.volunteering.texts.errors import TextNotShown
from app.volunteering.texts.queries import OFFERING, POST
from app.volunteering.texts.states import TextState

Written = VolunteerPost | Offering
Row = TypeVar("Row", VolunteerPost, Offering)


def register() -> None:
    """Make the words of volunteering known to moderation."""
    subjects.register(_subject(POST, "志愿岗位", VolunteerPost))
    subjects.register(_subject(OFFERING, "志愿活动或便民服务", Offering))


def submit(actor: Actor, written: Written) -> None:
    """Have the words of a locked or new row checked; a check of what stood there before is over."""
    kind = _kind(written)
    moderation.close_case(actor, written.compound_id, kind, written.id)
    written.text_state = TextState.CHECKING
    db.session.flush()
    moderation.open_case(actor, written.compound_id, kind, written.id, {_author(written)})


def withdraw(actor: Actor, written: Written) -> None:
    """End the check of a locked row that is closed or called off: nobody need look at it."""
    moderation.close_case(actor, written.compound_id, _kind(written), written.id)


def require_shown(written: Written) -> None:
    """Raise TextNotShown unless residents see the words."""
    state = TextState(written.text_state)
    if state is not TextState.SHOWN:
        raise TextNotShown(state=state.value, state_text=state.chinese)


def _subject(kind: str, chinese: str, model: type[Row]) -> Subject:
    def of(case: ReviewCase) -> Row:
        return db.session.get_one(model, (case.compound_id, case.subject_id))

    def lock(compound_id: UUID, subject_id: UUID) -> object:
        return db.session.get_one(model, (compound_id, subject_id), with_for_update=True, populate_existing=True)

    def accepted(case: ReviewCase) -> None:
        written = of(case)
        _set(written, TextState.SHOWN)
        if case.decided_by or case.appeal_decided_by:
            telling.tell_text_decided(written, _author(written), case.id, "已通过", "内容已经公开")

    def refused(case: ReviewCase) -> None:
        written = of(case)
        _set(written, TextState.REFUSED)
        telling.tell_text_decided(written, _author(written), case.id, "未通过", f"原因：{case.reason}")

    def appealed(case: ReviewCase) -> None:
        written = of(case)
        if written.text_state != TextState.REFUSED:
            raise NotAppealable
        _set(written, TextState.CHECKING)

    return Subject(
        kind=kind,
        chinese=chinese,
        act=Act.REVIEW_VOLUNTEERING,
        lock=lock,
        shown=lambda compound_id, ids: _shown(model, compound_id, ids),
        accepted=accepted,
        refused=refused,
        appealed=appealed,
        human=False,
    )


def _shown(model: type[Row], compound_id: UUID, ids: Collection[UUID]) -> Mapping[UUID, Shown]:
    found = db.session.scalars(select(model).where(model.compound_id == compound_id, model.id.in_(ids))).all()
    names = names_of(compound_id, {_author(one) for one in found})
    return {
        one.id: Shown(_text(one), mask_name(names[_author(one)]) if _author(one) in names else "工作人员")
        for one in found
    }


def _text(written: Written) -> str:
    if isinstance(written, VolunteerPost):
        return f"{written.title}\n{written.duties}"
    return "\n".join((written.title, written.description, written.place, written.contact))


def _author(written: Written) -> UUID:
    return written.created_by if isinstance(written, VolunteerPost) else written.organiser_id


def _kind(written: Written) -> str:
    return POST if isinstance(written, VolunteerPost) else OFFERING


def _set(written: Written, state: TextState) -> None:
    written.text_state = state
    db.session.flush()
