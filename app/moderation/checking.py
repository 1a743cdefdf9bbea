"""What WeChat says of a case before a person looks: asked by jobs, one question for its text and one for each picture.

A check is claimed with the moment at which it is asked again, so that one which a worker lost, or to which WeChat gave
no answer, comes back by itself. What is not known by `check_until` is left to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import clock, queueing
from app.core.db import db
from app.core.work import CHECKS
from app.identity.models import Account
from app.moderation import cases, pictures, subjects, wechat
from app.moderation.check_models import CheckState, ContentCheck, Picture, Suggest
from app.moderation.models import CaseState, Ground, ReviewCase
from app.moderation.telling import tell_waiting
from app.moderation.wechat import TryAgain, Verdict

CHECK_JOB = "tasks.moderation.check"
CHECK_FOR = timedelta(minutes=35)
"""WeChat pushes its verdict on a picture within 30 minutes; then a person looks."""

AT_ONCE = 5
"""WeChat may take five seconds to answer each."""
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=8)


@dataclass(frozen=True)
class Question:
    """A question to WeChat about a text, or about the picture at an address. `openid` is its author's."""

    openid: str
    text: str
    url: str | None


def begin(case: ReviewCase) -> None:
    """Ask for everything in a new case, once the transaction is committed."""
    found = select(Picture).where(
        Picture.compound_id == case.compound_id, Picture.kind == case.kind, Picture.subject_id == case.subject_id
    )
    shown = db.session.scalars(found.order_by(Picture.position)).all()
    for position, picture_id in [(0, None), *((one.position, one.id) for one in shown)]:
        check = ContentCheck(
            compound_id=case.compound_id,
            case_id=case.id,
            picture_id=picture_id,
            position=position,
            next_at=case.opened_at,
        )
        db.session.add(check)
    db.session.flush()
    queueing.enqueue(CHECK_JOB)


def claim_some() -> Sequence[tuple[UUID, UUID, UUID]]:
    """The (compound, case, check) of some that are due, put off until they would be due again."""
    now = clock.now()
    due = select(ContentCheck).where(ContentCheck.state == CheckState.DUE, ContentCheck.next_at <= now)
    due = due.order_by(ContentCheck.next_at).limit(AT_ONCE).with_for_update(skip_locked=True)
    claimed = db.session.scalars(due).all()
    for check in claimed:
        check.next_at = now + min(_FIRST_WAIT * 2**check.attempts, _LONGEST_WAIT)
        check.attempts += 1
    return [(check.compound_id, check.case_id, check.id) for check in claimed]


def question(compound_id: UUID, case_id: UUID, check_id: UUID, public_url: str) -> Question | None:
    """What to ask about a check that was claimed; None where its case was taken back, and nobody else need read it.

    `public_url`: where WeChat reaches us.
    """
    case = db.session.get_one(ReviewCase, (compound_id, case_id))
    check = db.session.get_one(ContentCheck, (compound_id, check_id))
    if case.state != CaseState.CHECKING:
        _done(check, Verdict(Suggest.UNCHECKED, "closed"))
        return None
    text = subjects.of(case.kind).shown(compound_id, [case.subject_id])[case.subject_id].text
    author = db.session.get_one(Account, case.opened_by)
    url = None
    if check.picture_id:
        path = pictures.address(compound_id, check.picture_id, pictures.WHOLE)
        url = public_url + path if public_url else ""
    return Question(author.openid, text, url)


def asked(question: Question) -> Verdict | str | None:
    """What WeChat answers: a verdict, or a trace id for the verdict to come; None: ask again later."""
    try:
        if question.url is None:
            return wechat.check_text(question.openid, question.text)
        if not question.url:
            return Verdict(Suggest.UNCHECKED, "no_public_url")
        return wechat.check_picture(question.openid, question.url)
    except TryAgain:
        return None


def record(compound_id: UUID, case_id: UUID, check_id: UUID, answer: Verdict | str | None) -> None:
    """Write an answer down; the last one of a case decides what becomes of it."""
    if answer is None:
        return
    case = cases.locked(compound_id, case_id)
    check = db.session.get_one(ContentCheck, (compound_id, check_id), with_for_update=True, populate_existing=True)
    if isinstance(answer, str):
        if check.state == CheckState.DUE:
            check.state, check.trace_id = CheckState.ASKED, answer
            db.session.flush()
        return
    _done(check, answer)
    conclude(case)


def picture_verdict(trace_id: str, result: Any) -> bool:
    """Take a pushed verdict over (wxa_media_check); whether it was asked for. A second push changes nothing."""
    known = select(ContentCheck).where(ContentCheck.trace_id == trace_id)
    found = db.session.scalars(known).one_or_none()
    if found is None:
        return False
    record(found.compound_id, found.case_id, found.id, wechat.verdict_of(result))
    return True


def conclude(case: ReviewCase) -> None:
    """Once everything is known of a locked case: refuse what is risky, and leave the rest to a person or accept it."""
    checks = checks_of([case])[case.id]
    if case.state != CaseState.CHECKING or any(check.state != CheckState.DONE for check in checks):
        return
    risky = [check for check in checks if check.suggest == Suggest.RISKY]
    if risky:
        cases.decided(None, case, False, Ground.UNLAWFUL, _reason(risky))
    elif subjects.of(case.kind).human or any(check.suggest != Suggest.PASS for check in checks):
        case.state = CaseState.WAITING
        db.session.flush()
        tell_waiting(case)
    else:
        cases.decided(None, case, True, None, None)


def settle(case: ReviewCase, moment: datetime) -> None:
    """Leave to a person what WeChat has not said of a locked case in time."""
    if case.state != CaseState.CHECKING or case.check_until is None or moment < case.check_until:
        return
    for check in checks_of([case])[case.id]:
        if check.state != CheckState.DONE:
            _done(check, Verdict(Suggest.UNCHECKED, "timeout"))
    conclude(case)


def cases_to_settle() -> Sequence[tuple[UUID, UUID]]:
    """The cases, by compound and id, of which WeChat has not said everything in time."""
    late = select(ReviewCase.compound_id, ReviewCase.id).where(
        ReviewCase.state == CaseState.CHECKING, ReviewCase.check_until <= clock.now()
    )
    return [(compound_id, case_id) for compound_id, case_id in db.session.execute(late.limit(500))]


def settle_case(compound_id: UUID, case_id: UUID) -> None:
    """Settle one case."""
    settle(cases.locked(compound_id, case_id), clock.now())


def checks_of(found: Sequence[ReviewCase]) -> dict[UUID, list[ContentCheck]]:
    """The checks of cases of one compound, the text's first, by case."""
    checks: dict[UUID, list[ContentCheck]] = {case.id: [] for case in found}
    if found:
        of_them = select(ContentCheck).where(
            ContentCheck.compound_id == found[0].compound_id, ContentCheck.case_id.in_(list(checks))
        )
        for check in db.session.scalars(of_them.order_by(ContentCheck.position)):
            checks[check.case_id].append(check)
    return checks


def what(check: ContentCheck) -> str:
    """What a check is of, for people."""
    return f"第 {check.position} 张照片" if check.picture_id else "文字"


def _reason(risky: Sequence[ContentCheck]) -> str:
    named = "、".join(what(check) for check in risky)
    return f"微信内容安全检测提示{named}可能违规，请修改后重新提交；如有异议可以申诉，由工作人员复核。"


def _done(check: ContentCheck, verdict: Verdict) -> None:
    """The first verdict stands; one that comes after the time is over replaces that there was none."""
    if check.state == CheckState.DONE and check.suggest != Suggest.UNCHECKED:
        return
    CHECKS.add(verdict.suggest)
    check.state, check.suggest, check.label = CheckState.DONE, verdict.suggest, verdict.label or None
    check.done_at = clock.now()
    db.session.flush()
