"""Who may do what: rows are acts, the sets are the roles that may do them at their node and below it.

What an owner or a resident may do follows from their homes, not from a role, and is decided by each domain's policy.
"""

from enum import StrEnum

from app.org.models import Role

_SECRETARY = frozenset({Role.SECRETARY})
_SUPERVISORS = frozenset({Role.SUPERVISOR, Role.COMMUNITY_OFFICER, Role.STREET_OFFICER})


class Act(StrEnum):
    """An act that needs a role."""

    MANAGE_ROLL = "manage_roll"
    DECIDE_BINDING = "decide_binding"
    MANAGE_MEETING = "manage_meeting"
    SEE_MEETING_DRAFTS = "see_meeting_drafts"
    RECORD_DELIVERY = "record_delivery"
    COUNT_AS_SECRETARY = "count_as_secretary"
    COUNT_AS_SUPERVISOR = "count_as_supervisor"
    DECIDE_RESULT_OBJECTION = "decide_result_objection"
    ENTER_PAPER = "enter_paper"
    ENTER_MANDATE = "enter_mandate"
    SEE_WISHES = "see_wishes"
    POST_FOR_NEIGHBOUR = "post_for_neighbour"
    REVIEW_WISH = "review_wish"
    MANAGE_GROUPS = "manage_groups"
    MANAGE_VOLUNTEERING = "manage_volunteering"
    ORGANISE_VOLUNTEERING = "organise_volunteering"
    BOOK_FOR_NEIGHBOUR = "book_for_neighbour"
    REVIEW_VOLUNTEERING = "review_volunteering"
    DRAFT_NOTICE = "draft_notice"
    REVIEW_NOTICE = "review_notice"
    SEE_AFFILIATION = "see_affiliation"
    SEE_STATISTICS = "see_statistics"
    SEE_PEOPLE = "see_people"
    APPOINT_STEWARD = "appoint_steward"
    APPOINT_SECRETARY = "appoint_secretary"


PERMISSIONS: dict[Act, frozenset[Role]] = {
    Act.MANAGE_ROLL: _SECRETARY,
    Act.DECIDE_BINDING: _SECRETARY,
    Act.MANAGE_MEETING: _SECRETARY,
    Act.SEE_MEETING_DRAFTS: _SECRETARY | _SUPERVISORS,
    Act.RECORD_DELIVERY: _SECRETARY | {Role.STEWARD},
    Act.COUNT_AS_SECRETARY: _SECRETARY,
    Act.COUNT_AS_SUPERVISOR: _SUPERVISORS,
    Act.DECIDE_RESULT_OBJECTION: _SECRETARY | _SUPERVISORS,
    Act.ENTER_PAPER: _SECRETARY | _SUPERVISORS | {Role.STEWARD},
    Act.ENTER_MANDATE: _SECRETARY | _SUPERVISORS,
    Act.SEE_WISHES: _SECRETARY | _SUPERVISORS | {Role.STEWARD},
    Act.POST_FOR_NEIGHBOUR: frozenset({Role.STEWARD}),
    Act.REVIEW_WISH: _SECRETARY | _SUPERVISORS,
    Act.MANAGE_GROUPS: _SECRETARY,
    Act.MANAGE_VOLUNTEERING: _SECRETARY | {Role.COMMUNITY_OFFICER},
    Act.SEE_AFFILIATION: _SECRETARY | {Role.COMMUNITY_OFFICER, Role.STREET_OFFICER},
    Act.BOOK_FOR_NEIGHBOUR: _SECRETARY | {Role.STEWARD},
    Act.ORGANISE_VOLUNTEERING: _SECRETARY | {Role.STEWARD, Role.COMMUNITY_OFFICER, Role.STREET_OFFICER},
    Act.REVIEW_VOLUNTEERING: _SECRETARY | _SUPERVISORS,
    Act.DRAFT_NOTICE: _SECRETARY | {Role.STEWARD},
    Act.REVIEW_NOTICE: _SECRETARY | _SUPERVISORS,
    Act.SEE_STATISTICS: _SECRETARY | _SUPERVISORS | {Role.OPERATOR},
    Act.SEE_PEOPLE: _SECRETARY | _SUPERVISORS | {Role.STEWARD},
    Act.APPOINT_STEWARD: _SECRETARY | {Role.COMMUNITY_OFFICER, Role.STREET_OFFICER},
    Act.APPOINT_SECRETARY: frozenset({Role.COMMUNITY_OFFICER, Role.STREET_OFFICER}),
}
