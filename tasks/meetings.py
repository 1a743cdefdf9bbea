"""Jobs of owners' meetings."""

from app.core.unit_of_work import unit_of_work
from app.meetings import service
from tasks.context import settings
from tasks.sweeping import each


def tell_openings() -> int:
    """Tell the owners of meetings that have opened; how many meetings."""
    return len(each(service.openings_to_tell, service.tell_opened))


def tell_buyers() -> int:
    """Tell whoever bought a silent party's units during voting that its vote is theirs; how many were told."""
    return sum(each(service.meetings_with_sales, service.tell_buyers))


def warn_of_ending_terms() -> int:
    """Tell secretaries and members of committees whose term ends within three months, once; how many committees."""
    return len(each(service.terms_to_warn_of, service.warn_of_term))


def warn_of_petitions() -> int:
    """Tell those who must convene that a petition's deadline is near, once; how many petitions."""
    return len(each(service.petitions_to_warn_of, service.warn_of_petition))


def sweep_files() -> int:
    """Delete files that no attachment or scan names any more; how many."""
    with unit_of_work():
        return service.sweep_files()


def sequence_ballots() -> int:
    """Give every new ballot its place in its meeting's log; how many leaves."""
    return sum(each(service.meetings_to_sequence, service.sequence_ballots))


def collect_deliveries() -> int:
    """Take over which messages WeChat accepted; how many deliveries were new."""
    return sum(each(service.meetings_with_messages, service.collect_messages))


def remind() -> int:
    """Remind whoever has not voted, where a reminder is owed; how many were told."""
    hour = settings().reminder_hour
    return sum(
        each(
            lambda: service.meetings_to_remind(hour),
            lambda compound_id, meeting_id: service.remind(compound_id, meeting_id, hour),
        )
    )
