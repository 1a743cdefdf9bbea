"""Jobs of owners' meetings."""

from app.core.unit_of_work import unit_of_work
from app.meetings import service
from tasks.context import settings


def tell_openings() -> int:
    """Tell the owners of meetings that have opened, one transaction a meeting; how many meetings."""
    with unit_of_work():
        opened = service.openings_to_tell()
    for compound_id, meeting_id in opened:
        with unit_of_work():
            service.tell_opened(compound_id, meeting_id)
    return len(opened)


def warn_of_ending_terms() -> int:
    """Tell secretaries and members of committees whose term ends within three months, once; how many committees."""
    with unit_of_work():
        ending = service.terms_to_warn_of()
    for compound_id, committee_id in ending:
        with unit_of_work():
            service.warn_of_term(compound_id, committee_id)
    return len(ending)


def warn_of_petitions() -> int:
    """Tell those who must convene that a petition's deadline is near, once; how many petitions."""
    with unit_of_work():
        due = service.petitions_to_warn_of()
    for compound_id, petition_id in due:
        with unit_of_work():
            service.warn_of_petition(compound_id, petition_id)
    return len(due)


def sweep_files() -> int:
    """Delete files that no attachment or scan names any more; how many."""
    with unit_of_work():
        return service.sweep_files()


def sequence_ballots() -> int:
    """Give every new ballot its place in its meeting's log, one transaction a meeting; how many leaves."""
    with unit_of_work():
        waiting = service.meetings_to_sequence()
    appended = 0
    for compound_id, meeting_id in waiting:
        with unit_of_work():
            appended += service.sequence_ballots(compound_id, meeting_id)
    return appended


def collect_deliveries() -> int:
    """Take over which messages WeChat accepted, one transaction a meeting; how many deliveries were new."""
    with unit_of_work():
        running = service.meetings_with_messages()
    new = 0
    for compound_id, meeting_id in running:
        with unit_of_work():
            new += service.collect_messages(compound_id, meeting_id)
    return new


def remind() -> int:
    """Remind whoever has not voted, where a reminder is owed, one transaction a meeting; how many were told."""
    hour = settings().reminder_hour
    with unit_of_work():
        owing = service.meetings_to_remind(hour)
    told = 0
    for compound_id, meeting_id in owing:
        with unit_of_work():
            told += service.remind(compound_id, meeting_id, hour)
    return told
