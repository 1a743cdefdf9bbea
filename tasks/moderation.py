"""Jobs of the review queue."""

from app.core.unit_of_work import unit_of_work
from app.moderation import checking, pictures
from tasks.context import settings


def check() -> int:
    """Ask WeChat about the texts and pictures that are due; how many questions. No connection is held meanwhile."""
    asked = 0
    while questions := _claimed():
        for question in questions:
            answer = checking.asked(question)
            with unit_of_work():
                checking.record(question.compound_id, question.case_id, question.check_id, answer)
        asked += len(questions)
    return asked


def settle() -> int:
    """Leave to a person what WeChat has not said in time; how many cases."""
    with unit_of_work():
        late = checking.cases_to_settle()
    for compound_id, case_id in late:
        with unit_of_work():
            checking.settle_case(compound_id, case_id)
    return len(late)


def sweep_files() -> int:
    """Delete files that no picture names any more; how many."""
    with unit_of_work():
        return pictures.sweep_files()


def _claimed() -> list[checking.Question]:
    with unit_of_work():
        return list(checking.claim_some(settings().effective_public_url))
