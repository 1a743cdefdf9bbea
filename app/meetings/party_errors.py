"""What the ballots of co-owners can be refused for. Each sentence says what to do next."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class DelegateVotes(Forbidden):
    """The co-owners have a delegate, and the actor is another one."""

    code = "delegate_votes"
    message = "您和共有人已推选代表投票，由代表一人投票即可，您不用再投。如需更换代表，请与共有人商量后重新推选。"


class GuardianVotes(Forbidden):
    """The owner whom the actor is bound to is a ward: Civil Code 34, 145."""

    code = "guardian_votes"
    message = "这位业主未成年或无民事行为能力，由监护人代为投票。请监护人登录投票；登记有误的，请联系小区党支部书记。"


class SeatDivided(Forbidden):
    """The party's units are no longer in one hand: Civil Code 273. Who holds them now signs one paper ballot."""

    code = "seat_divided"
    message = "这个表决权的部分房屋已经过户，不能由一方单独投票。请现有业主共同签署一张纸质表决票，交小区书记登记。"


class SeatVoted(Conflict):
    """The party voted before the unit was sold: the vote stands, and the new owner does not vote again."""

    code = "seat_voted"
    message = "这套房屋过户前，原业主已在本次会议投过票，该票有效，不能再投。从下一次会议起由您投票。"


class BallotDisputed(Conflict):
    """The co-owners contradict each other; `ballot_id` is the actor's own ballot."""

    code = "ballot_disputed"
    message = "您和共有人的意见不一致，两张票都暂不计入。请与共有人商量：一方撤回，或投相同的票，或推选一名代表。"


class BallotChangeable(Conflict):
    """The rules let the ballot `ballot_id` be changed once before `until`, by a ballot that names it as replaced."""

    code = "ballot_changeable"
    message = "您已经投过票，原来的票没有变。本次会议允许在截止前更改一次：要更改，请在“我的表决票”里点“更改”后提交。"


class BallotChangeUsed(Conflict):
    """The party's only change is used; `ballot_id` counts."""

    code = "ballot_change_used"
    message = "这个表决权的票已经更改过一次，不能再改，可在“我的表决票”里查看。如非本人操作，请联系小区党支部书记。"


class BallotOfAnother(Forbidden):
    """Somebody else's ballot of the party: a co-owner's, the principal's, or cast before the unit was sold."""

    code = "ballot_of_another"
    message = "这张表决票只能由业主本人（或监护人）更改。您是共有人且意见不同的，请另投一张；代为投票的，请告知业主。"


class BallotNotDisputed(Conflict):
    code = "ballot_not_disputed"
    message = "这张表决票没有争议，不能撤回。请刷新页面查看它现在的状态。"


class BallotNotFound(NotFound):
    code = "ballot_not_found"
    message = "没有找到这张表决票，请刷新页面后再试。"


class DelegateNotCoOwner(Invalid):
    """The delegate is not one of several co-owners of the party."""

    code = "delegate_not_co_owner"
    message = "代表只能从这个表决权的共有人中推选；只有一位业主的，不用推选代表。请重新选择。"


class PartyHasVoted(Conflict):
    code = "party_has_voted"
    message = "这个表决权已经投过有效票，不能再推选代表或委托他人。可在“我的表决票”里查看。"
