"""What acts on petitions can be refused for."""

from app.core.errors import Conflict, Forbidden, NotFound


class PetitionNotFound(NotFound):
    code = "petition_not_found"
    message = "没有找到这份提议，请刷新页面后再试。"


class PetitionRunning(Conflict):
    code = "petition_running"
    message = "您发起的另一份提议还在征集签名，请先撤回它或者等它结束。"


class PetitionNotCollecting(Conflict):
    """`state` is where the petition stands."""

    code = "petition_not_collecting"
    message = "这份提议{state_text}，不能再签名、撤签或者撤回。"


class NoVoice(Forbidden):
    code = "no_voice"
    message = "您在小区业主名册中没有可以签名的房屋。请先绑定房屋，或联系小区党支部书记核对名册。"


class AlreadySigned(Conflict):
    code = "already_signed"
    message = "您（或共有人）已经签名，一个业主只计一次。"


class NotSigned(Conflict):
    code = "not_signed"
    message = "您没有在这份提议上签名，不需要撤签。"


class NotYourPetition(Forbidden):
    code = "not_your_petition"
    message = "只有发起人可以撤回提议。您可以撤回自己的签名。"


class PetitionNotDelivered(Conflict):
    code = "petition_not_delivered"
    message = "提议还没有达到法定比例并送达，不能办理这一步。"


class PetitionMotionMissing(Conflict):
    """`title` is the motion that the petition wished for, and `vote` how it is to be put to the vote."""

    code = "petition_motion_missing"
    message = (
        "这次会议由业主联名提议召开，提议的事项“{title}”应当按提议的内容提交业主{vote}（《物业管理条例》第十三条）。"
        "请按提议的内容重新添加这个事项，再发布公告。"
    )


class MeetingAlreadyMade(Conflict):
    """`meeting_id` names the meeting that came of the petition."""

    code = "meeting_already_made"
    message = "这份提议已经转为会议，请在会议列表中继续办理。"
