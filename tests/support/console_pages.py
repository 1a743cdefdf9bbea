"""Every page of the console that can be opened by its address: who opens it, and what must be there for it.

What holds for all pages (tests/console/test_every_page.py) is tested over this list; a page that is on no list fails.
"""

from collections.abc import Callable
from typing import NamedTuple

from app.org import queries
from app.org.models import Role
from tests.support import console_count_pages, console_roll
from tests.support import console_meetings as meetings
from tests.support import console_reviews as reviews
from tests.support.console import ConsoleWorld
from tests.support.console_volunteering import Stage
from tests.support.volunteering import shift, soon
from tests.support.world import Person, Ref


class Shown(NamedTuple):
    """Somebody, and the address that they open."""

    person: Person | None
    path: str


Builder = Callable[[ConsoleWorld], Shown]


def at(town: ConsoleWorld, rest: str = "", person: Person | None = None) -> Shown:
    """A page of the compound, as its secretary sees it unless somebody else is named."""
    return Shown(person or town.secretary, f"/console/compounds/{town.compound}/{rest}")


def at_meeting(town: ConsoleWorld, path: str, rest: str = "", person: Person | None = None) -> Shown:
    """A page of a meeting, whose path is that of the API."""
    return at(town, f"meetings/{path.rpartition('/')[2]}/{rest}", person)


def officer(town: ConsoleWorld) -> Person:
    """An officer of the street."""
    return town.official(Role.STREET_OFFICER, queries.path_to(town.compound)[-3].id)


def _made(
    rest: str, make: Callable[[ConsoleWorld], object], who: Callable[[ConsoleWorld], Person | None] = lambda town: None
) -> Builder:
    """A page whose address ends in what is made for it ("{}"); `who` opens it, else the secretary."""

    def built(town: ConsoleWorld) -> Shown:
        made = make(town)
        return at(town, rest.format(made.id if isinstance(made, Ref) else made), who(town))

    return built


ROLL: dict[str, Builder] = {
    "console_roll.index": lambda town: at(town, "roll"),
    "console_roll.index#homes": _made("roll", console_roll.lived_in),
    "console_roll.building": _made("roll/buildings/{}", console_roll.built),
    "console_roll.without_owner": _made("roll/without-owner", console_roll.lived_in),
    "console_roll.without_phone": _made("roll/without-phone", console_roll.lived_in),
    "console_roll.upload": _made("roll/uploads", console_roll.uploaded),
    "console_roll.checked": _made("roll/uploads/{}", console_roll.uploaded),
    "console_roll.checked#good": _made("roll/uploads/{}", console_roll.uploaded_good),
    "console_roll.applications": _made("roll/applications", console_roll.waiting),
    "console_roll.application": _made("roll/applications/{}", console_roll.waiting),
    "console_roll.application#tenant": _made("roll/applications/{}", console_roll.rented),
    "console_roll.list_residents": _made("roll/residents", console_roll.rented),
    "console_roll.unit": _made("roll/units/{}", console_roll.lived_in),
    "console_roll.unit#residents": _made("roll/units/{}", console_roll.rented_unit),
    "console_roll.correct": _made("roll/units/{}/correction", console_roll.lived_in),
    "console_roll.transfer": _made("roll/units/{}/transfer", console_roll.voting),
    "console_roll.binding": _made("roll/{}", console_roll.bound),
    "console_roll.binding#tenant": _made("roll/{}", console_roll.resident),
    "console_roll.owner": _made("roll/owners/{}", console_roll.owner_of),
    "console_roll.guardian": _made("roll/owners/{}/guardian", console_roll.ward),
    "console_people.index": _made("people", console_roll.staffed),
    "console_people.ask_appointment": lambda town: at(town, "people/appointments/new", town.supervisor),
    "console_people.ask_end": _made("people/appointments/{}/end", console_roll.stewards_role),
    "console_secretary_nominations.index": _made("people/secretary-nominations", console_roll.nominated, officer),
    "console_secretary_nominations.ask_new": _made("people/secretary-nominations/new", console_roll.home, officer),
    "console_secretary_nominations.show": _made(
        "people/secretary-nominations/{}/", lambda town: console_roll.nominated(town)[0], officer
    ),
    "console_steward_nominations.index": _made("people/steward-nominations", console_roll.nominated),
    "console_steward_nominations.ask_new": _made("people/steward-nominations/new", console_roll.home),
    "console_steward_nominations.show": _made(
        "people/steward-nominations/{}/", lambda town: console_roll.nominated(town)[1]
    ),
    "console_branches.index": _made("people/branches", console_roll.branch, officer),
    "console_branches.ask_member": lambda town: at(town, "people/branches/members/new"),
    "console_branches.ask_branch": _made("people/branches/new", console_roll.branch, officer),
    "console_grids.index": _made("people/grids", console_roll.grid, officer),
    "console_grids.ask_new": _made("people/grids/new", console_roll.home, officer),
    "console_grids.show": _made("people/grids/{}/", console_roll.grid, officer),
    "console_building_groups.index": _made("people/building-groups", console_roll.building_group),
    "console_building_groups.ask_new": _made("people/building-groups/new", console_roll.building_group),
    "console_building_groups.show": _made("people/building-groups/{}/", console_roll.building_group),
    "console_people.list_groups": _made("people/groups", console_roll.group),
    "console_people.group": _made("people/groups/{}", console_roll.group),
    "console_people.reports": _made("people/reports", console_roll.reported),
}


def _desk(rest: str, make: Callable[[Stage], object] = lambda stage: None) -> Builder:
    """A page of the volunteering desk whose address has what is made for it ("{}", "{0}", "{1}")."""

    def built(town: ConsoleWorld) -> Shown:
        made = make(Stage(town))
        return at(town, "volunteering/" + rest.format(*made if isinstance(made, tuple) else (made,)))

    return built


def _for_neighbour(town: ConsoleWorld, rest: Callable[[str], str]) -> Shown:
    """A page of the steward who posts for a neighbour; `rest` of the address, of that of the wish."""
    steward, path = reviews.for_a_neighbour(town)
    return at(town, rest(path), steward)


VOLUNTEERING: dict[str, Builder] = {
    "console_volunteering.index": _desk(""),
    "console_volunteering.index#waiting": _desk("", lambda stage: (stage.claimed(), stage.served(), stage.booked())),
    "console_posts.index": _desk("posts/", Stage.post),
    "console_posts.index#empty": _desk("posts/"),
    "console_posts.ask_new": _desk("posts/new"),
    "console_posts.show": _desk("posts/{0}/", Stage.claimed),
    "console_posts.ask_change": _desk("posts/{0}/change", Stage.claimed),
    "console_posts.ask_decline": _desk("posts/{0}/claims/{1}/refusal", Stage.claimed),
    "console_posts.ask_hours": _desk("posts/{0}/claims/{1}/hours", Stage.claimed),
    "console_activities.index": _desk("activities/", lambda stage: stage.activity(shift(soon()))),
    "console_activities.ask_new": _desk("activities/new"),
    "console_activities.show": _desk("activities/{}/", lambda stage: stage.activity(shift(soon()))["id"]),
    "console_activities.ask_shifts": _desk("activities/{}/shifts", lambda stage: stage.activity(shift(soon()))["id"]),
    "console_activities.ask_cancel": _desk(
        "activities/{}/cancellation", lambda stage: stage.activity(shift(soon()))["id"]
    ),
    "console_services.index": _desk("services/", lambda stage: (stage.service(), stage.service(stage.named()))),
    "console_services.ask_new": _desk("services/new"),
    "console_services.show": _desk("services/{}/", lambda stage: stage.service()["id"]),
    "console_services.show#waiting": _desk("services/{}/", lambda stage: stage.service(stage.named())["id"]),
    "console_services.ask_decline": _desk("services/{}/refusal", lambda stage: stage.service(stage.named())["id"]),
    "console_services.ask_cancel": _desk("services/{}/cancellation", lambda stage: stage.service()["id"]),
    "console_services.list_brands": _desk("services/brands"),
    "console_slots.show": _desk("slots/{0}/", Stage.booked),
    "console_slots.show#service": _desk("slots/{}/", Stage.entered),
    "console_slots.ask_places": _desk("slots/{0}/places", Stage.booked),
    "console_slots.ask_cancel": _desk("slots/{0}/cancellation", Stage.booked),
    "console_slots.ask_cancel_booking": _desk("slots/{0}/bookings/{1}/cancellation", Stage.booked),
    "console_slots.ask_attendance": _desk("slots/{0}/bookings/{1}/attendance", Stage.booked),
    "console_slots.ask_neighbour": _desk("slots/{}/neighbours", Stage.service_slot),
    "console_slots.list_entered": _desk("slots/entered", Stage.entered),
    "console_check_in.show": _desk("slots/{0}/check-in/", Stage.booked),
    "console_hours.index": _desk("hours/", lambda stage: (stage.served(), stage.disputed())),
    "console_hours.show": _desk("hours/{}/", Stage.disputed),
    "console_hours.ask_refuse": _desk("hours/{}/refusal", Stage.served),
    "console_hours.ask_correction": _desk("hours/{}/correction", Stage.disputed),
    "console_certificates.index": _desk("certificates/", Stage.certificate),
    "console_certificates.index#empty": _desk("certificates/"),
    "console_certificates.ask_issuer": _desk("certificates/issuer"),
    "console_certificates.find": _desk("certificates/new?q=欧阳测试", Stage.ready_for_certificate),
    "console_certificates.ask_issue": _desk("certificates/new/{}", Stage.ready_for_certificate),
    "console_certificates.show": _desk("certificates/{}/", Stage.certificate),
    "console_certificates.ask_revoke": _desk("certificates/{}/revocation", Stage.certificate),
    "console_public_certificates.show": lambda town: Shown(None, "/console/public/certificates"),
}

MEETINGS: dict[str, Builder] = {
    "console_meetings.index": lambda town: at(town, "meetings/"),
    "console_meetings.show": lambda town: at_meeting(town, town.draft(3, 5)),
    "console_meetings.show#announced": lambda town: at_meeting(town, meetings.announced(town)[0]),
    "console_meetings.show#voting": lambda town: at_meeting(town, meetings.voting(town)[0]),
    "console_meetings.ask_to_cancel": lambda town: at_meeting(town, meetings.announced(town)[0], "cancellation"),
    "console_meetings.ask_to_redraft": lambda town: at_meeting(town, meetings.announced(town)[0], "redraft"),
    "console_meetings.ask_to_extend": lambda town: at_meeting(town, meetings.voting(town)[0], "extension"),
    "console_drafting.new": lambda town: at(town, "meetings/new"),
    "console_drafting.what": lambda town: at_meeting(town, meetings.election(town)[0], "what"),
    "console_drafting.name": lambda town: at_meeting(town, town.draft(), "name"),
    "console_drafting.who": lambda town: at_meeting(town, town.draft(), "who"),
    "console_drafting.when": lambda town: at_meeting(town, town.draft(), "when"),
    "console_drafting.check": lambda town: at_meeting(town, meetings.election(town)[0], "check"),
    "console_drafting.confirm": lambda town: at_meeting(town, *meetings.looked_through(town)),
    "console_drafting.announced": lambda town: at_meeting(town, meetings.announced(town)[0], "announced"),
    "console_agenda.new_motion": lambda town: at_meeting(town, town.draft(), "motions/new"),
    "console_agenda.new_election": lambda town: at_meeting(town, town.draft(), "elections/new"),
    "console_agenda.motion": lambda town: at_meeting(town, *meetings.motion_page(town)),
    "console_agenda.motion_text": lambda town: at_meeting(town, *meetings.motion_page(town, "/text")),
    "console_delivery.status": lambda town: at_meeting(town, meetings.announced(town)[0], "delivery/"),
    "console_delivery.parties": lambda town: at_meeting(town, meetings.announced(town)[0], "delivery/parties"),
    "console_delivery.paper": lambda town: at_meeting(town, meetings.announced(town)[0], "delivery/paper"),
    "console_delivery.posted": lambda town: at_meeting(town, meetings.announced(town)[0], "delivery/posted"),
    "console_electorate.show": lambda town: at_meeting(town, meetings.objection(town)[0], "electorate/"),
    "console_electorate.new_objection": lambda town: at_meeting(
        town, meetings.announced(town)[0], "electorate/objections/new", town.official(Role.STEWARD, town.compound)
    ),
    "console_electorate.objection": lambda town: at_meeting(town, *meetings.objection_page(town)),
    "console_rules.show": lambda town: at(town, "rules/"),
    "console_rules.ask_values": lambda town: at(town, "rules/values"),
    "console_rules.choose": lambda town: at(town, "rules/one_change_allowed"),
}


def _shown(build: Callable[[ConsoleWorld], tuple[Person | None, str]]) -> Builder:
    return lambda town: Shown(*build(town))


PAGES: dict[str, Builder] = {
    "console_sign_in.show": lambda town: Shown(None, "/console/sign-in"),
    "console_sign_in.devices": lambda town: Shown(town.secretary, "/console/devices"),
    "console_own_data.show": lambda town: Shown(town.secretary, "/console/me"),
    "console_own_data.ask_closing": lambda town: Shown(town.person(), "/console/me/closing"),
    "console_home.start": lambda town: Shown(town.supervisor, "/console/"),
    "console_home.today": at,
    "console_officer.show": lambda town: Shown(town.supervisor, f"/console/nodes/{town.community}/"),
    "console_operator.show": lambda town: Shown(town.official(Role.OPERATOR, town.community), "/console/operator/"),
    "console_officer.show#compound": lambda town: Shown(town.supervisor, f"/console/nodes/{town.compound}/"),
    **MEETINGS,
    "console_reviews.next_one": lambda town: at(town, "reviews/"),
    "console_reviews.next_one#wish": lambda town: at(town, reviews.waiting_wish(town)),
    "console_reviews.show": lambda town: at(town, reviews.refused_wish(town)),
    "console_reviews.show_appeal": lambda town: at(town, reviews.appeal(town), town.supervisor),
    "console_home.today#busy": lambda town: at(town, reviews.busy_desk(town)),
    "console_wishes.index": lambda town: _for_neighbour(town, lambda path: "wishes/"),
    "console_wishes.new": lambda town: _for_neighbour(town, lambda path: "wishes/new?q=1-1-301"),
    "console_wishes.show": lambda town: _for_neighbour(town, lambda path: path),
    "console_wishes.edit": lambda town: _for_neighbour(town, lambda path: path + "words"),
    "console_notices.index": lambda town: at(town, reviews.entry(town).partition("/")[0] + "/"),
    "console_notices.new": lambda town: at(town, "notices/new"),
    "console_notices.show": lambda town: at(town, reviews.entry(town)),
    "console_notices.edit": lambda town: at(town, reviews.own_draft(town) + "words"),
    "console_notices.persons": lambda town: at(town, reviews.own_draft(town) + "persons?q=101"),
    "console_notices.new#nominated": _made("notices/new?nomination={}", reviews.nominated),
    "console_notices.new_statement": lambda town: at(town, reviews.entry(town) + "statements/new?q=201"),
    "console_notices.list_nominations": _made("notices/nominations", reviews.nominated),
    "console_notices.new_nomination": lambda town: at(town, "notices/nominations/new"),
    "console_notices.ask_decline": _made("notices/nominations/{}/refusal", reviews.nominated),
    "console_notices.told": lambda town: at(town, reviews.untold(town)),
    "console_meetings.index": lambda town: at(town, "meetings/"),
    "console_meetings.show": lambda town: at_meeting(town, town.draft(3, 5)),
    **ROLL,
    **VOLUNTEERING,
    **{name: _shown(build) for name, build in console_count_pages.PAGES.items()},
}
"""Builder by endpoint; a second state of a page is `endpoint#state`."""

NOT_PAGES = {
    "console_officer.export",
    "console.static",
    "console.nowhere",
    "console_sign_in.code",
    "console_roll.reached",
    *console_count_pages.NOT_PAGES,
    "console_check_in.code",
    "console_check_in.people",
    "console_certificates.download",
    "console_meetings.document",
    "console_agenda.attachment",
    "console_delivery.photo",
    "console_electorate.evidence",
}
"""Addresses that answer a GET with something else than a page."""
