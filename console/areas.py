"""The areas of a compound's desk, in the order of the menu, and who sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.org.permissions import Act

if TYPE_CHECKING:
    from console.pages import Desk


@dataclass(frozen=True)
class Area:
    """An entry of the menu: its first page, its title, and the acts of which one opens it (none: for all).

    `also`: further blueprints whose pages belong to it, beside that of its first page.
    """

    endpoint: str
    title: str
    acts: tuple[Act, ...] = ()
    also: tuple[str, ...] = ()

    def has(self, blueprint: str | None) -> bool:
        """Whether the pages of a blueprint belong to it."""
        return blueprint in (self.endpoint.partition(".")[0], *self.also)


AREAS: list[Area] = [
    Area("console_home.today", "今天"),
    Area("console_reviews.next_one", "审核", (Act.REVIEW_WISH, Act.REVIEW_NOTICE)),
    Area("console_notices.index", "红黑榜", (Act.DRAFT_NOTICE, Act.REVIEW_NOTICE)),
    Area("console_wishes.index", "代发心愿", (Act.POST_FOR_NEIGHBOUR,)),
    Area(
        "console_meetings.index",
        "业主大会",
        (Act.SEE_MEETING_DRAFTS, Act.RECORD_DELIVERY),
        (
            "console_drafting",
            "console_agenda",
            "console_delivery",
            "console_electorate",
            "console_rules",
            "console_count",
        ),
    ),
    Area("console_roll.index", "名册", (Act.MANAGE_ROLL,)),
    Area(
        "console_volunteering.index",
        "志愿服务",
        (Act.ORGANISE_VOLUNTEERING,),
        (
            "console_posts",
            "console_activities",
            "console_services",
            "console_slots",
            "console_check_in",
            "console_hours",
            "console_certificates",
        ),
    ),
    Area(
        "console_people.index",
        "人员",
        (Act.SEE_PEOPLE,),
        (
            "console_secretary_nominations",
            "console_steward_nominations",
            "console_branches",
            "console_grids",
            "console_building_groups",
        ),
    ),
]


def shown(desk: "Desk") -> Sequence[Area]:
    """The areas that are open to somebody."""
    return [area for area in AREAS if not area.acts or desk.can(*area.acts)]
