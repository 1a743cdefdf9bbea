"""What acts on words that are not shown are refused for."""

from app.core.errors import Conflict


class TextNotShown(Conflict):
    """`state` is where the check of the words stands."""

    code = "text_not_shown"
    message = "{state_text}，暂时不能办理。检查通常几秒钟完成，请稍后刷新再试；未通过的请改后重新发布，或者提出申诉。"
