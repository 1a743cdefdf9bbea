"""What acts on posts can be refused for."""

from app.core.errors import Conflict, Forbidden, NotFound


class PostNotFound(NotFound):
    code = "post_not_found"
    message = "没有找到这个岗位，它可能已被删除，或不属于您的小区。"


class PostClosed(Conflict):
    code = "post_closed"
    message = "这个岗位已经停止招募，请看看其他岗位。"


class PostFull(Conflict):
    """All `places` are taken."""

    code = "post_full"
    message = "这个岗位的 {places} 个名额已满，请看看其他岗位。"


class PostAlreadyClaimed(Conflict):
    """The actor holds a live claim; `state` is where it stands."""

    code = "post_already_claimed"
    message = "您已经认领了这个岗位（{state_text}），不用再次认领。"


class PostNotClaimed(Conflict):
    code = "post_not_claimed"
    message = "您没有认领这个岗位，不需要放弃。"


class ClaimNotFound(NotFound):
    code = "claim_not_found"
    message = "没有找到这条认领记录，请刷新列表后再看。"


class WrongClaimState(Conflict):
    """`state` is where the claim stands."""

    code = "wrong_claim_state"
    message = "这条认领当前为“{state_text}”，不能办理这一步。请刷新列表后再看。"


class OwnClaim(Forbidden):
    code = "own_claim"
    message = "不能确认自己的认领，请由社区工作人员办理。"


class PlacesTaken(Conflict):
    """`taken` places are held."""

    code = "places_taken"
    message = "已有 {taken} 人占用名额，不能减少到更少。请先与他们商量。"
