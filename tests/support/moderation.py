"""What WeChat says in tests that ask nobody."""

from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.moderation import checking
from app.moderation.check_models import ContentCheck, Suggest
from app.moderation.models import ReviewCase
from app.moderation.wechat import Verdict


def said(subject: str, suggest: Suggest = Suggest.PASS) -> None:
    """Take over that WeChat says this of everything in the subject's open case."""
    found = select(ContentCheck).join(ReviewCase, ReviewCase.id == ContentCheck.case_id)
    waiting = found.where(ReviewCase.subject_id == UUID(subject), ReviewCase.state == "checking")
    for check in db.session.scalars(waiting).all():
        checking.record(check.compound_id, check.case_id, check.id, Verdict(suggest, "100"))
    db.session.commit()
