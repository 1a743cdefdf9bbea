"""What acts on wishes can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class WishNotFound(NotFound):
    code = "wish_not_found"
    message = "没有找到这个心愿，它可能已被撤回，请刷新列表。"


class WrongWishState(Conflict):
    """`state` is where the wish stands, `allowed` where it would have to stand."""

    code = "wrong_wish_state"
    message = "这个心愿{state_text}，不能这样操作。请刷新后再看。"


class WishTaken(Conflict):
    code = "wish_taken"
    message = "这个心愿刚刚被别人认领了，谢谢您的热心。请看看别的心愿。"


class NotYourWish(Forbidden):
    code = "not_your_wish"
    message = "只有提交这个心愿的人可以这样操作。"


class OwnWish(Forbidden):
    """Posted by the person, or for the home that the person is bound to."""

    code = "own_wish"
    message = "不能认领或支持自己提交的、或者自己家的心愿，请留给邻居来帮忙。"


class NotYourClaim(Forbidden):
    code = "not_your_claim"
    message = "只有认领这个心愿的人可以这样操作。"


class NoHome(Forbidden):
    code = "no_home"
    message = "您在这个小区还没有绑定房屋。请先绑定房屋，或请楼栋长代为提交。"


class StewardOnly(Forbidden):
    code = "steward_only"
    message = "只有楼栋长可以替邻居提交心愿。"


class ConsentRequired(Invalid):
    code = "consent_required"
    message = "替邻居提交心愿，需要写明邻居的姓名、房屋，并记录其同意的方式。"


class HomeNotFound(Invalid):
    code = "home_not_found"
    message = "没有找到这套房屋。替自己提交时请选择自己绑定的房屋，替邻居提交时请从名册选择。"


class TooManyWishes(Conflict):
    """`most` is how many unfinished wishes one person may have."""

    code = "too_many_wishes"
    message = "您还有 {most} 个没有完成的心愿，请先办完或撤回，再提交新的。"


class AlreadyRated(Conflict):
    code = "already_rated"
    message = "您已经评价过这个心愿，评价不能更改。"


class MergeRefused(Invalid):
    code = "merge_refused"
    message = "只能把一个心愿合并到同一小区另一个正在征集认领的心愿。"
