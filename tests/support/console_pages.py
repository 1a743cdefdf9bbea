"""Every page of the console that can be opened by its address: who opens it, and what must be there for it.

What holds for all pages (tests/console/test_every_page.py) is tested over this list; a page that is on no list fails.
"""

from app.org.models import Role
from tests.support import console_count_pages, console_roll
from tests.support import console_meetings as meetings
from tests.support import console_reviews as reviews
from tests.support.console import ConsoleWorld
from tests.support.console_builders import (
    Builder,
    Shown,
    at,
    at_desk,
    bare,
    counted,
    for_neighbour,
    made_for,
    of_meeting,
    officer,
    supervised,
)
from tests.support.console_volunteering import Stage
from tests.support.volunteering import shift, soon
from tests.support.world import Person

ROLL: dict[str, Builder] = {
    "console_roll.index": bare(lambda town: at(town, "roll")),
    "console_roll.index#homes": made_for("roll", console_roll.lived_in),
    "console_roll.building": made_for("roll/buildings/{}", console_roll.built),
    "console_roll.without_owner": made_for("roll/without-owner", console_roll.lived_in),
    "console_roll.without_phone": made_for("roll/without-phone", console_roll.lived_in),
    "console_roll.upload": made_for("roll/uploads", console_roll.uploaded),
    "console_roll.checked": made_for("roll/uploads/{}", console_roll.uploaded),
    "console_roll.checked#good": made_for("roll/uploads/{}", console_roll.uploaded_good),
    "console_roll.applications": made_for("roll/applications", console_roll.waiting),
    "console_roll.application": made_for("roll/applications/{}", console_roll.waiting),
    "console_roll.application#tenant": made_for("roll/applications/{}", console_roll.rented),
    "console_roll.list_residents": made_for("roll/residents", console_roll.rented),
    "console_roll.unit": made_for("roll/units/{}", console_roll.lived_in),
    "console_roll.unit#residents": made_for("roll/units/{}", console_roll.rented_unit),
    "console_roll.correct": made_for("roll/units/{}/correction", console_roll.lived_in),
    "console_roll.transfer": made_for("roll/units/{}/transfer", console_roll.voting),
    "console_roll.binding": made_for("roll/{}", console_roll.bound),
    "console_roll.binding#tenant": made_for("roll/{}", console_roll.resident),
    "console_roll.owner": made_for("roll/owners/{}", console_roll.owner_of),
    "console_roll.guardian": made_for("roll/owners/{}/guardian", console_roll.ward),
    "console_people.index": made_for("people", console_roll.staffed),
    "console_people.ask_appointment": bare(lambda town: at(town, "people/appointments/new", town.supervisor)),
    "console_people.ask_end": made_for("people/appointments/{}/end", console_roll.stewards_role),
    "console_secretary_nominations.index": made_for("people/secretary-nominations", console_roll.nominated, officer),
    "console_secretary_nominations.ask_new": made_for("people/secretary-nominations/new", console_roll.home, officer),
    "console_secretary_nominations.show": made_for(
        "people/secretary-nominations/{0[0]}/", console_roll.nominated, officer
    ),
    "console_steward_nominations.index": made_for("people/steward-nominations", console_roll.nominated),
    "console_steward_nominations.ask_new": made_for("people/steward-nominations/new", console_roll.home),
    "console_steward_nominations.show": made_for("people/steward-nominations/{0[1]}/", console_roll.nominated),
    "console_branches.index": made_for("people/branches", console_roll.branch, officer),
    "console_branches.ask_member": bare(lambda town: at(town, "people/branches/members/new")),
    "console_branches.ask_branch": made_for("people/branches/new", console_roll.branch, officer),
    "console_grids.index": made_for("people/grids", console_roll.grid, officer),
    "console_grids.ask_new": made_for("people/grids/new", console_roll.home, officer),
    "console_grids.show": made_for("people/grids/{}/", console_roll.grid, officer),
    "console_building_groups.index": made_for("people/building-groups", console_roll.building_group),
    "console_building_groups.ask_new": made_for("people/building-groups/new", console_roll.building_group),
    "console_building_groups.show": made_for("people/building-groups/{}/", console_roll.building_group),
    "console_people.list_groups": made_for("people/groups", console_roll.group),
    "console_people.group": made_for("people/groups/{}", console_roll.group),
    "console_people.reports": made_for("people/reports", console_roll.reported),
}


def _waiting(stage: Stage) -> None:
    """Something of everything that waits for the secretary."""
    stage.claimed()
    stage.served()
    stage.booked()


def _activity(stage: Stage) -> str:
    return str(stage.activity(shift(soon()))["id"])


def _service(stage: Stage) -> str:
    return str(stage.service()["id"])


def _waiting_service(stage: Stage) -> str:
    return str(stage.service(stage.named())["id"])


def _services(stage: Stage) -> None:
    """A service that is open, and one that waits."""
    _service(stage)
    _waiting_service(stage)


def _hours(stage: Stage) -> None:
    """Hours that wait to be confirmed, and some that are to be corrected."""
    stage.served()
    stage.disputed()


VOLUNTEERING: dict[str, Builder] = {
    "console_volunteering.index": at_desk(""),
    "console_volunteering.index#waiting": at_desk("", _waiting),
    "console_posts.index": at_desk("posts/", Stage.post),
    "console_posts.index#empty": at_desk("posts/"),
    "console_posts.ask_new": at_desk("posts/new"),
    "console_posts.show": at_desk("posts/{0}/", Stage.claimed),
    "console_posts.ask_change": at_desk("posts/{0}/change", Stage.claimed),
    "console_posts.ask_decline": at_desk("posts/{0}/claims/{1}/refusal", Stage.claimed),
    "console_posts.ask_hours": at_desk("posts/{0}/claims/{1}/hours", Stage.claimed),
    "console_activities.index": at_desk("activities/", _activity),
    "console_activities.ask_new": at_desk("activities/new"),
    "console_activities.show": at_desk("activities/{}/", _activity),
    "console_activities.ask_shifts": at_desk("activities/{}/shifts", _activity),
    "console_activities.ask_cancel": at_desk("activities/{}/cancellation", _activity),
    "console_services.index": at_desk("services/", _services),
    "console_services.ask_new": at_desk("services/new"),
    "console_services.show": at_desk("services/{}/", _service),
    "console_services.show#waiting": at_desk("services/{}/", _waiting_service),
    "console_services.ask_decline": at_desk("services/{}/refusal", _waiting_service),
    "console_services.ask_cancel": at_desk("services/{}/cancellation", _service),
    "console_services.list_brands": at_desk("services/brands"),
    "console_slots.show": at_desk("slots/{0}/", Stage.booked),
    "console_slots.show#service": at_desk("slots/{}/", Stage.entered),
    "console_slots.ask_places": at_desk("slots/{0}/places", Stage.booked),
    "console_slots.ask_cancel": at_desk("slots/{0}/cancellation", Stage.booked),
    "console_slots.ask_cancel_booking": at_desk("slots/{0}/bookings/{1}/cancellation", Stage.booked),
    "console_slots.ask_attendance": at_desk("slots/{0}/bookings/{1}/attendance", Stage.booked),
    "console_slots.ask_neighbour": at_desk("slots/{}/neighbours", Stage.service_slot),
    "console_slots.list_entered": at_desk("slots/entered", Stage.entered),
    "console_check_in.show": at_desk("slots/{0}/check-in/", Stage.booked),
    "console_hours.index": at_desk("hours/", _hours),
    "console_hours.show": at_desk("hours/{}/", Stage.disputed),
    "console_hours.ask_refuse": at_desk("hours/{}/refusal", Stage.served),
    "console_hours.ask_correction": at_desk("hours/{}/correction", Stage.disputed),
    "console_certificates.index": at_desk("certificates/", Stage.certificate),
    "console_certificates.index#empty": at_desk("certificates/"),
    "console_certificates.ask_issuer": at_desk("certificates/issuer"),
    "console_certificates.find": at_desk("certificates/new?q=欧阳测试", Stage.ready_for_certificate),
    "console_certificates.ask_issue": at_desk("certificates/new/{}", Stage.ready_for_certificate),
    "console_certificates.show": at_desk("certificates/{}/", Stage.certificate),
    "console_certificates.ask_revoke": at_desk("certificates/{}/revocation", Stage.certificate),
    "console_public_certificates.show": bare(lambda town: Shown(None, "/console/public/certificates")),
}


def _draft(town: ConsoleWorld) -> str:
    return town.draft()


def _draft_of_two(town: ConsoleWorld) -> str:
    return town.draft(3, 5)


def _steward(town: ConsoleWorld) -> Person:
    return town.official(Role.STEWARD, town.compound)


MEETINGS: dict[str, Builder] = {
    "console_meetings.index": bare(lambda town: at(town, "meetings/")),
    "console_meetings.show": of_meeting(_draft_of_two, ""),
    "console_meetings.show#announced": of_meeting(meetings.announced, ""),
    "console_meetings.show#voting": of_meeting(meetings.voting, ""),
    "console_meetings.ask_to_cancel": of_meeting(meetings.announced, "cancellation"),
    "console_meetings.ask_to_redraft": of_meeting(meetings.announced, "redraft"),
    "console_meetings.ask_to_extend": of_meeting(meetings.voting, "extension"),
    "console_drafting.new": bare(lambda town: at(town, "meetings/new")),
    "console_drafting.what": of_meeting(meetings.election, "what"),
    "console_drafting.name": of_meeting(_draft, "name"),
    "console_drafting.who": of_meeting(_draft, "who"),
    "console_drafting.when": of_meeting(_draft, "when"),
    "console_drafting.check": of_meeting(meetings.election, "check"),
    "console_drafting.confirm": of_meeting(meetings.looked_through),
    "console_drafting.announced": of_meeting(meetings.announced, "announced"),
    "console_agenda.new_motion": of_meeting(_draft, "motions/new"),
    "console_agenda.new_election": of_meeting(_draft, "elections/new"),
    "console_agenda.motion": of_meeting(meetings.election, "motions/{1}"),
    "console_agenda.motion_text": of_meeting(meetings.election, "motions/{1}/text"),
    "console_delivery.status": of_meeting(meetings.announced, "delivery/"),
    "console_delivery.parties": of_meeting(meetings.announced, "delivery/parties"),
    "console_delivery.paper": of_meeting(meetings.announced, "delivery/paper"),
    "console_delivery.posted": of_meeting(meetings.announced, "delivery/posted"),
    "console_electorate.show": of_meeting(meetings.objection, "electorate/"),
    "console_electorate.new_objection": of_meeting(meetings.announced, "electorate/objections/new", _steward),
    "console_electorate.objection": of_meeting(meetings.objection, "electorate/objections/{1}"),
    "console_rules.show": bare(lambda town: at(town, "rules/")),
    "console_rules.ask_values": bare(lambda town: at(town, "rules/values")),
    "console_rules.choose": bare(lambda town: at(town, "rules/one_change_allowed")),
}


PAGES: dict[str, Builder] = {
    "console_sign_in.show": bare(lambda town: Shown(None, "/console/sign-in")),
    "console_sign_in.devices": bare(lambda town: Shown(town.secretary, "/console/devices")),
    "console_own_data.show": bare(lambda town: Shown(town.secretary, "/console/me")),
    "console_own_data.ask_closing": bare(lambda town: Shown(town.person(), "/console/me/closing")),
    "console_home.start": bare(lambda town: Shown(town.supervisor, "/console/")),
    "console_home.today": bare(at),
    "console_officer.show": bare(lambda town: Shown(town.supervisor, f"/console/nodes/{town.community}/")),
    "console_operator.show": bare(
        lambda town: Shown(town.official(Role.OPERATOR, town.community), "/console/operator/")
    ),
    "console_officer.show#compound": bare(lambda town: Shown(town.supervisor, f"/console/nodes/{town.compound}/")),
    **MEETINGS,
    "console_reviews.next_one": bare(lambda town: at(town, "reviews/")),
    "console_reviews.next_one#wish": made_for("{}", reviews.waiting_wish),
    "console_reviews.show": made_for("{}", reviews.refused_wish),
    "console_reviews.show_appeal": supervised("{}", reviews.appeal),
    "console_home.today#busy": made_for("{}", reviews.busy_desk),
    "console_wishes.index": for_neighbour("wishes/"),
    "console_wishes.new": for_neighbour("wishes/new?q=1-1-301"),
    "console_wishes.show": for_neighbour("{}"),
    "console_wishes.edit": for_neighbour("{}words"),
    "console_notices.index": made_for("notices/", reviews.entry),
    "console_notices.new": bare(lambda town: at(town, "notices/new")),
    "console_notices.show": made_for("{}", reviews.entry),
    "console_notices.edit": made_for("{}words", reviews.own_draft),
    "console_notices.persons": made_for("{}persons?q=101", reviews.own_draft),
    "console_notices.new#nominated": made_for("notices/new?nomination={}", reviews.nominated),
    "console_notices.new_statement": made_for("{}statements/new?q=201", reviews.entry),
    "console_notices.list_nominations": made_for("notices/nominations", reviews.nominated),
    "console_notices.new_nomination": bare(lambda town: at(town, "notices/nominations/new")),
    "console_notices.ask_decline": made_for("notices/nominations/{}/refusal", reviews.nominated),
    "console_notices.told": made_for("{}", reviews.untold),
    **ROLL,
    **VOLUNTEERING,
    **{name: counted(*page) for name, page in console_count_pages.PAGES.items()},
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
