"""What closing an account can be refused for."""

from app.core.errors import Conflict, NotFound


class StillNeeded(Conflict):
    """`first`: what must be settled before, in Chinese; `codes`: the same for programs."""

    code = "still_needed"
    message = "还有事情没有办完，暂时不能注销：{first}。办完后再来注销。"


class NotClosing(NotFound):
    code = "not_closing"
    message = "您没有申请注销，或者已经撤回了。"
