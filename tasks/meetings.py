"""Jobs of owners' meetings."""

from app.core.unit_of_work import unit_of_work
from app.meetings import service


def tell_openings() -> int:
    """Tell the owners of meetings that have opened, one transaction a meeting; how many meetings."""
    with unit_of_work():
        opened = service.openings_to_tell()
    for compound_id, meeting_id in opened:
        with unit_of_work():
            service.tell_opened(compound_id, meeting_id)
    return len(opened)


def sweep_files() -> int:
    """Delete files that no attachment names any more; how many."""
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
