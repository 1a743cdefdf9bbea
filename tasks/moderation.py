"""Jobs of the review queue."""

from app.core.unit_of_work import unit_of_work
from app.moderation import checking, pictures
from tasks.context import settings
from tasks.sweeping import each, in_turns


def check() -> int:
    """Ask WeChat about the texts and pictures that are due; how many questions. No connection is held meanwhile."""
    return in_turns(checking.CHECK_JOB, _check_some)


def _check_some() -> int | None:
    with unit_of_work():
        questions = checking.claim_some(settings().effective_public_url)
    for question in questions:
        answer = checking.asked(question)
        with unit_of_work():
            checking.record(question.compound_id, question.case_id, question.check_id, answer)
    return len(questions) or None


def settle() -> int:
    """Leave to a person what WeChat has not said in time; how many cases."""
    return len(each(checking.cases_to_settle, checking.settle_case))


def sweep_files() -> int:
    """Delete files that no picture names any more; how many."""
    with unit_of_work():
        return pictures.sweep_files()
