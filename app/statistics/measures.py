"""What is counted, domain rules section 6."""

from enum import StrEnum


class Measure(StrEnum):
    """A measure. Its figures come from `figures.sql` of the domain that it belongs to."""

    MEMBERS_REPORTED = "members_reported"
    POSTS_CLAIMED = "posts_claimed"
    PEOPLE_SERVED = "people_served"
    SERVICE_MINUTES = "service_minutes"
    WISHES_PUBLISHED = "wishes_published"
    WISHES_FULFILLED = "wishes_fulfilled"

    @property
    def chinese(self) -> str:
        """The measure for people."""
        return {
            "members_reported": "双报到党员",
            "posts_claimed": "认领岗位",
            "people_served": "服务群众（人次）",
            "service_minutes": "志愿服务时长（分钟）",
            "wishes_published": "发布微心愿",
            "wishes_fulfilled": "完成微心愿",
        }[self.value]
