"""What is counted, domain rules section 6."""

from enum import StrEnum


class Measure(StrEnum):
    """A measure. Its figures come from `figures.sql` of the domain that it belongs to."""

    MEMBERS_REPORTED = "members_reported"
    POSTS_CLAIMED = "posts_claimed"
    POSTS_CLAIMED_BY_OTHERS = "posts_claimed_by_others"
    PEOPLE_SERVED = "people_served"
    SERVICE_MINUTES = "service_minutes"
    SERVICE_MINUTES_BY_OTHERS = "service_minutes_by_others"
    WISHES_PUBLISHED = "wishes_published"
    WISHES_FULFILLED = "wishes_fulfilled"

    @property
    def chinese(self) -> str:
        """The measure for people."""
        return _TEXT[self]

    @property
    def whole(self) -> "Measure | None":
        """The measure of which this one is the share of those who own no home here: tenants, partner units, guests."""
        return _WHOLES.get(self)


_TEXT = {
    Measure.MEMBERS_REPORTED: "双报到党员",
    Measure.POSTS_CLAIMED: "认领岗位",
    Measure.POSTS_CLAIMED_BY_OTHERS: "其中非业主认领岗位",
    Measure.PEOPLE_SERVED: "服务群众（人次）",
    Measure.SERVICE_MINUTES: "志愿服务时长（分钟）",
    Measure.SERVICE_MINUTES_BY_OTHERS: "其中非业主志愿服务时长（分钟）",
    Measure.WISHES_PUBLISHED: "发布微心愿",
    Measure.WISHES_FULFILLED: "完成微心愿",
}
_WHOLES = {
    Measure.POSTS_CLAIMED_BY_OTHERS: Measure.POSTS_CLAIMED,
    Measure.SERVICE_MINUTES_BY_OTHERS: Measure.SERVICE_MINUTES,
}
