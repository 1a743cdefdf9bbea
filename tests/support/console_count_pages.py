"""The pages of the meeting desk from paper ballots to the final announcement, each in the state that shows most."""

from collections.abc import Callable
from typing import Any

from app.core.db import db
from app.meetings.models import Meeting
from tests.support.console import ConsoleWorld
from tests.support.counting_desk import CountedMeeting
from tests.support.world import Person

Found = tuple[Person | None, str]
Page = tuple[Callable[[ConsoleWorld], Any], Callable[[ConsoleWorld, Any], Found]]
"""What makes something for a page, and who sees it where. Pages with the same maker can share what it makes."""


def code_of(meeting: CountedMeeting) -> str:
    """The code by which everybody reads the result."""
    db.session.expire_all()
    code = db.session.get_one(Meeting, (meeting.town.compound, meeting.table.meeting_id)).result_code
    assert code
    return code


def opened(town: ConsoleWorld) -> CountedMeeting:
    """A meeting that is open."""
    return CountedMeeting(town).opened()


def published(town: ConsoleWorld) -> CountedMeeting:
    """A meeting whose preliminary result is published."""
    return CountedMeeting(town).opened().voted().closed().counted().published()


def objected(town: ConsoleWorld) -> tuple[CountedMeeting, str]:
    """A published result, and an objection to it."""
    meeting = published(town)
    return meeting, meeting.objection(meeting.owners[0])


def _open(rest: str) -> Page:
    return opened, lambda town, meeting: (town.secretary, f"{meeting.desk}/{rest}")


def _of_party(make: Callable[[ConsoleWorld], CountedMeeting], rest: str) -> Page:
    def shown(town: ConsoleWorld, meeting: CountedMeeting) -> Found:
        return town.secretary, f"{meeting.desk}/{rest}/{meeting.table.party_of(meeting.owners[0])}"

    return make, shown


def _own(build: Callable[[ConsoleWorld], Found]) -> Page:
    """A page that shares nothing."""
    return build, lambda town, found: found


def paper(town: ConsoleWorld) -> Found:
    meeting = CountedMeeting(town).opened()
    meeting.table.confirmed(meeting.owners[0], "for", "for")
    meeting.sheet(meeting.owners[1])
    town.cast(meeting.owners[2], meeting.path, "for")
    meeting.sheet(meeting.owners[2])
    return town.secretary, f"{meeting.desk}/paper"


def _sheet(state: str) -> Page:
    def build(town: ConsoleWorld) -> Found:
        meeting = CountedMeeting(town, 5, candidates=6).opened()
        table, owner = meeting.table, meeting.owners[0]
        marks: dict[str, Any] = {"marks": {meeting.election: meeting.candidates[:5]}}
        if state == "confirmed":
            return town.secretary, f"{meeting.desk}/paper/{table.confirmed(owner, 'for', **marks)['id']}"
        sheet = meeting.sheet(owner)
        if state == "mismatched":
            table.enter(town.secretary, sheet, "for", **marks)
            table.enter(town.supervisor, sheet, "against", **marks)
        elif state == "entering":
            table.take(sheet, town.secretary)
        elif state == "entered":
            table.enter(town.secretary, sheet, "for", **marks)
        return town.secretary, f"{meeting.desk}/paper/{sheet['id']}"

    return _own(build)


def end_mandate(town: ConsoleWorld) -> Found:
    meeting = CountedMeeting(town).opened()
    return town.secretary, f"{meeting.desk}/mandates/{meeting.mandate(meeting.owners[0])}/revocation"


def new_mandate(town: ConsoleWorld) -> Found:
    meeting = CountedMeeting(town, 5, candidates=6)
    return town.secretary, f"{meeting.desk}/mandates/new/{meeting.table.party_of(meeting.owners[0])}"


def new_delegate(town: ConsoleWorld) -> Found:
    flat = town.unit("901")
    wife, _ = town.owner(flat, name="甲某"), town.owner(flat, name="乙某")
    meeting = CountedMeeting(town, owners=1)
    return town.secretary, f"{meeting.desk}/delegates/new/{meeting.table.party_of(wife)}"


def count_waiting(town: ConsoleWorld) -> Found:
    meeting = CountedMeeting(town).opened().voted().closed()
    meeting.table.approve(town.secretary)
    return town.secretary, f"{meeting.desk}/count"


def result(town: ConsoleWorld) -> Found:
    meeting = CountedMeeting(town, 5, 8, candidates=6).opened()
    for owner in meeting.owners:
        meeting.marked(owner, 0, 1, 2, 3, 4)
    return town.secretary, f"{meeting.closed().counted().published().desk}/result"


def tied(town: ConsoleWorld) -> Found:
    return town.secretary, f"{tied_meeting(town).desk}/result"


def tied_meeting(town: ConsoleWorld) -> CountedMeeting:
    """A counted election in which three candidates are tied for two seats."""
    meeting = CountedMeeting(town, 5, owners=3, candidates=7).opened()
    for owner, marks in zip(meeting.owners, ((0, 1, 2, 3, 4), (0, 1, 2, 3, 5), (4, 5, 0, 1, 2)), strict=True):
        meeting.marked(owner, *marks)
    return meeting.closed().counted()


def objections(town: ConsoleWorld, made: tuple[CountedMeeting, str]) -> Found:
    return town.secretary, f"{made[0].desk}/objections"


def objection(town: ConsoleWorld, made: tuple[CountedMeeting, str]) -> Found:
    return town.supervisor, f"{made[0].desk}/objections/{made[1]}"


def public_result(town: ConsoleWorld, meeting: CountedMeeting) -> Found:
    return None, f"/console/public/results/{code_of(meeting)}"


PAGES: dict[str, Page] = {
    "console_count.paper": _own(paper),
    "console_count.find_party": _open("paper/new?q=1"),
    "console_count.new_sheet": _of_party(opened, "paper/new"),
    "console_count.new_unidentified": _open("paper/unidentified"),
    "console_count.sheet": _sheet("entering"),
    "console_count.sheet#waiting": _sheet("entered"),
    "console_count.sheet#mismatched": _sheet("mismatched"),
    "console_count.sheet#confirmed": _sheet("confirmed"),
    "console_count.mandates": _open("mandates"),
    "console_count.find_principal": _open("mandates/new?q=1"),
    "console_count.new_mandate": _of_party(opened, "mandates/new"),
    "console_count.new_mandate#election": _own(new_mandate),
    "console_count.end_mandate": _own(end_mandate),
    "console_count.disputes": _open("disputes"),
    "console_count.find_co_owners": _open("delegates/new?q=1"),
    "console_count.new_delegate": _own(new_delegate),
    "console_count.count": _open("count"),
    "console_count.count#waiting": _own(count_waiting),
    "console_count.result": _own(result),
    "console_count.result#tied": _own(tied),
    "console_count.objections": (objected, objections),
    "console_count.objection": (objected, objection),
    "console_count.find_objector": _open("objections/new?q=001"),
    "console_count.new_objection": _of_party(published, "objections/new"),
    "console_count.documents": _open("documents"),
    "console_public_results.find": _own(lambda town: (None, "/console/public/results/")),
    "console_public_results.result": (published, public_result),
}

NOT_PAGES = {
    "console_count.sheet_state",
    "console_count.sheet_scan",
    "console_count.scan",
    "console_count.count_state",
    "console_count.document",
    "console_count.bundle_file",
}
