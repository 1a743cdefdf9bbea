"""What acts on the red/black list can be refused for."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class EntryNotFound(NotFound):
    code = "notice_not_found"
    message = "没有找到这条红黑榜内容，它可能还没有公布，或者已经到期。"


class WrongEntryState(Conflict):
    """`state` is where the entry stands, `allowed` where the act is possible."""

    code = "wrong_notice_state"
    message = "这条内容{state_text}，现在不能这样操作。请刷新后再看。"


class TellsWhoIsMeant(Invalid):
    """`findings`: each `field`, `kind`, `start`, `end`, `part` (as it was sent) and `why`; `reasons`: in words."""

    code = "tells_who_is_meant"
    message = "内容里有不能写的部分：{reasons}。请修改后重新提交。"


class NotYourEntry(Forbidden):
    code = "not_your_notice"
    message = "只有起草人可以修改、提交这条内容。"


class DraftedByYou(Forbidden):
    code = "drafted_by_you"
    message = "您是这条内容的起草人，要由另一位书记或社区工作人员办理。"


class DecidedByYouBefore(Forbidden):
    code = "decided_by_you_before"
    message = "您审核过这条内容，申诉要由没有经手过的人处理。请由社区或街道工作人员办理。"


class YourOwnCase(Forbidden):
    code = "your_own_case"
    message = "这条内容或申诉与您本人有关，要由另一位工作人员办理。"


class PersonNotOnRoll(Invalid):
    code = "person_not_on_roll"
    message = "名册里没有选中的业主，请在名册中重新选择。"


class PersonIsMinor(Invalid):
    code = "person_is_minor"
    message = "选中的业主是未成年人。涉及未成年人的事不上榜，请与家长当面沟通。"


class PersonNotTold(Conflict):
    """`untold`: how many persons concerned have not been told."""

    code = "person_not_told"
    message = "还有 {untold} 位相关业主没有告知到。请送达书面告知并登记，期满后再公布。"


class PersonAlreadyTold(Conflict):
    code = "person_already_told"
    message = "这位业主已经告知过，不用再登记。"


class AppealOpen(Conflict):
    code = "appeal_open"
    message = "还有申诉没有处理，处理完才能公布。"


class NotConcerned(Forbidden):
    code = "not_concerned"
    message = "只有内容所涉及的业主可以说明情况。如有不同意见，可以提出申诉。"


class AlreadyAppealed(Conflict):
    code = "already_appealed"
    message = "您（或同一业主）对这条内容已经提出过申诉，请在“我的申诉”里查看结果。"


class NoHomeHere(Forbidden):
    code = "no_home_here"
    message = "您在小区没有绑定的房屋，不能办理。请先绑定房屋，或联系小区党支部书记。"


class AppealNotFound(NotFound):
    code = "notice_appeal_not_found"
    message = "没有找到这份申诉，请刷新列表。"


class AppealDecided(Conflict):
    """`state` is how it was decided."""

    code = "notice_appeal_decided"
    message = "这份申诉已经处理过，不能再处理。请刷新列表。"


class NotAsked(NotFound):
    code = "consent_not_asked"
    message = "没有找到需要您回复的公开姓名征求。只有业主本人可以回复，监护人和家人不能代替。"


class ConsentTextChanged(Conflict):
    """`version`: the text in force."""

    code = "consent_text_changed"
    message = "同意书的内容已经更新，请重新阅读后再回复。"


class ConsentNotGiven(Conflict):
    code = "consent_not_given"
    message = "您没有同意过公开姓名，不需要撤回。"


class NominationNotFound(NotFound):
    code = "nomination_not_found"
    message = "没有找到这份推荐，请刷新列表。"


class NominationDecided(Conflict):
    """`state` is where it stands."""

    code = "nomination_decided"
    message = "这份推荐已经处理过或者撤回，不能再办理。请刷新列表。"


class TooManyNominations(Conflict):
    code = "too_many_nominations"
    message = "您还有 {most} 份推荐没有处理完。请等处理后再推荐。"
