"""Jobs of owners' meetings."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from app.core.unit_of_work import unit_of_work
from app.meetings import service
from tasks.context import settings

Outcome = TypeVar("Outcome")


def tell_openings() -> int:
    """Tell the owners of meetings that have opened; how many meetings."""
    return len(_each(service.openings_to_tell, service.tell_opened))


def tell_buyers() -> int:
    """Tell whoever bought a silent party's units during voting that its vote is theirs; how many were told."""
    return sum(_each(service.meetings_with_sales, service.tell_buyers))


def warn_of_ending_terms() -> int:
    """Tell secretaries and members of committees whose term ends within three months, once; how many committees."""
    return len(_each(service.terms_to_warn_of, service.warn_of_term))


def warn_of_petitions() -> int:
    """Tell those who must convene that a petition's deadline is near, once; how many petitions."""
    return len(_each(service.petitions_to_warn_of, service.warn_of_petition))


def sweep_files() -> int:
    """Delete files that no attachment or scan names any more; how many."""
    with unit_of_work():
        return service.sweep_files()


def sequence_ballots() -> int:
    """Give every new ballot its place in its meeting's log; how many leaves."""
    return sum(_each(service.meetings_to_sequence, service.sequence_ballots))


def collect_deliveries() -> int:
    """Take over which messages WeChat accepted; how many deliveries were new."""
    return sum(_each(service.meetings_with_messages, service.collect_messages))


def remind() -> int:
    """Remind whoever has not voted, where a reminder is owed; how many were told."""
    hour = settings().reminder_hour
    return sum(
        _each(
            lambda: service.meetings_to_remind(hour),
            lambda compound_id, meeting_id: service.remind(compound_id, meeting_id, hour),
        )
    )


def _each(found: Callable[[], Sequence[tuple[UUID, UUID]]], act: Callable[[UUID, UUID], Outcome]) -> list[Outcome]:
    """Do the act for each (compound, subject) that is found, in a transaction of its own; what each gave."""
    with unit_of_work():
        subjects = found()
    outcomes = []
    for compound_id, subject_id in subjects:
        with unit_of_work():
            outcomes.append(act(compound_id, subject_id))
    return outcomes
