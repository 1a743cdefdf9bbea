"""Whether the words of a post, an activity or a service are shown."""

from enum import StrEnum


class TextState(StrEnum):
    """Where the check of the words stands. Until they are `shown`, their author and who manages see them alone."""

    CHECKING = "checking"
    SHOWN = "shown"
    REFUSED = "refused"

    @property
    def chinese(self) -> str:
        """The state for people."""
        return {"checking": "内容检查中", "shown": "已公开", "refused": "内容未通过检查"}[self.value]
