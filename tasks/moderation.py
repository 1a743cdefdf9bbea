"""Jobs of the review queue."""

from uuid import UUID

from app.core.unit_of_work import release_connection, unit_of_work
from app.moderation import checking, pictures
from tasks.context import settings
from tasks.sweeping import each, in_turns


def check() -> int:
    """Ask WeChat about the texts and pictures that are due; how many. No connection is held meanwhile."""
    return in_turns(check, _check_some)


def _check_some() -> int | None:
    return len(each(checking.claim_some, _check_one)) or None


def _check_one(compound_id: UUID, case_id: UUID, check_id: UUID) -> None:
    question = checking.question(compound_id, case_id, check_id, settings().effective_public_url)
    if question is not None:
        release_connection()
        answer = checking.asked(question)
        checking.record(compound_id, case_id, check_id, answer)


def settle() -> int:
    """Leave to a person what WeChat has not said in time; how many cases."""
    return len(each(checking.cases_to_settle, checking.settle_case))


def sweep_files() -> int:
    """Delete files that no picture names any more; how many."""
    with unit_of_work():
        return pictures.sweep_files()
