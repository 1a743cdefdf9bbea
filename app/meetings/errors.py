"""What the acts of a meeting can be refused for. Each sentence says what to do next."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class MeetingNotFound(NotFound):
    code = "meeting_not_found"
    message = "没有找到这次业主大会，它可能已被删除，或不属于您的小区。"


class WrongMeetingState(Conflict):
    """An act that the meeting's state does not allow; `state` is the state, `allowed` the states that would."""

    code = "wrong_meeting_state"
    message = "会议当前为“{state_text}”，不能办理这一步。请刷新页面查看最新进度。"


class DraftChanged(Conflict):
    """Somebody else changed what the caller was looking at."""

    code = "draft_changed"
    message = "另一位同事刚刚改过这份草案。您填写的内容还在，请与现在保存的内容核对后再提交。"


class NoMotions(Conflict):
    code = "no_motions"
    message = "会议还没有表决事项，请先添加至少一项再公告。"


class ScheduleDefective(Invalid):
    """The dates break the law or the rules of procedure; `defects` lists code and sentence of each."""

    code = "schedule_defective"
    message = "会议时间不符合规定，请按提示修改后再公告。"


class ElectorateEmpty(Conflict):
    code = "electorate_empty"
    message = "小区名册里还没有业主，请先导入业主名册再公告。"


class VotingNotOpen(Conflict):
    code = "voting_not_open"
    message = "投票还没有开始，请在公告的投票时间内再来。"


class VotingClosed(Conflict):
    code = "voting_closed"
    message = "投票已经截止，不能再投票。结果公布后会通知您。"


class MeetingCancelled(Conflict):
    code = "meeting_cancelled"
    message = "这次业主大会已经取消，不需要投票。"


class BallotAlreadyCast(Conflict):
    """The party's ballot is in; `ballot_id` names it."""

    code = "ballot_already_cast"
    message = "您（或共有人、代理人）已经投过票，一个表决权只能投一次。可在“我的表决票”里查看。"


class NotYourVote(Forbidden):
    code = "not_your_vote"
    message = "这个表决权不属于您：您不在它的业主名单中，或房屋已经过户。如有疑问，请联系小区党支部书记。"


class UnknownMotion(Invalid):
    code = "unknown_motion"
    message = "表决票里有不属于这次会议的事项，请刷新页面后重新填写。"


class BallotEmpty(Invalid):
    code = "ballot_empty"
    message = "表决票是空白的，请至少对一个事项作出选择。"


class AlreadyApproved(Conflict):
    code = "count_already_approved"
    message = "您已经确认过计票，还需要另一人（书记与监督员各一人）确认。"


class MotionNotFound(NotFound):
    code = "motion_not_found"
    message = "没有找到这个表决事项，请刷新页面后再试。"


class LogHeadNotFound(NotFound):
    """No head of the ballot log was signed over this number of leaves."""

    code = "log_head_not_found"
    message = "没有这个大小的存证记录，请先查询存证列表，再用其中的大小核对。"


class LeafNotInLog(NotFound):
    """The leaf is not among those that the head covers: not sequenced yet, or of another meeting."""

    code = "leaf_not_in_log"
    message = "这张表决票还没有编入所选的存证。投票后一两分钟内会编入，请稍后用最新的存证再查。"


class BundleNotReady(Conflict):
    """The log is secret until the count (to those who run the meeting) or the publication (to owners)."""

    code = "bundle_not_ready"
    message = "结果公布后才能下载核验包，公布时会通知您，请届时再来。"


class ExtensionNotAllowed(Conflict):
    """Voting may not run longer; `reason` is the Chinese reason."""

    code = "extension_not_allowed"
    message = "不能延长投票：{reason}。"


class CancellationAsked(Conflict):
    """Once voting began secretary and supervisor cancel together; it was asked for at `asked_at` as `asked_as`."""

    code = "cancellation_asked"
    message = "表决开始后取消会议，须由书记和监督员两人先后确认。您这一方已经提出，请通知另一方确认。"


class AlreadyRedrafted(Conflict):
    """`meeting_id` names the draft, or the meeting that it has become."""

    code = "already_redrafted"
    message = "这次会议已经转为新的会议草案，请在会议列表中继续办理；要重新起草，请先取消那份草案。"


class ScopeNotAllowed(Invalid):
    """A matter of the whole compound; `article` names it."""

    code = "scope_not_allowed"
    message = "“{matter}”由全体业主共同决定（{article}），不能只由部分楼栋表决。请去掉范围后再提交。"


class ScopeUnknown(Invalid):
    code = "scope_unknown"
    message = "名册里没有这个楼栋或单元，请重新选择表决范围。"


class ScopeEmpty(Conflict):
    """The part has nobody who could vote, or no area; `motion_id` names the motion."""

    code = "scope_empty"
    message = "“{title}”的范围（{scope}）内没有可以表决的业主，请核对名册或者改选范围后再公告。"


class MotionOutOfScope(Invalid):
    """A choice on a motion of a part in which the party has no unit; `motion_id` names the motion."""

    code = "motion_out_of_scope"
    message = "“{title}”只由{scope}的业主表决，您在其中没有房屋。请去掉这一项后重新提交。"


class SeatsUnlawful(Invalid):
    """Seats of what is no committee, or a number that GR 31 or the rules do not allow."""

    code = "seats_unlawful"
    message = "席位数不符合规定：{reason}（{article}）。请改正后再提交。"


class NotAnElection(Conflict):
    code = "not_an_election"
    message = "这个事项不是选举，没有候选人。要选举业主委员会，请添加带席位数的选举事项。"


class CandidateNotFound(NotFound):
    code = "candidate_not_found"
    message = "没有找到这位候选人，请刷新页面后再试。"


class NoCandidates(Conflict):
    """An election without anybody to elect; `motion_id` names it."""

    code = "no_candidates"
    message = "选举“{title}”还没有候选人，请先添加候选人再公告。"


class NoLotNeeded(Conflict):
    code = "no_lot_needed"
    message = "抽签应当恰好包括在最后席位上并列的候选人，每人一次。请核对计票记录后再登记或者确认。"


class LotNeeded(Conflict):
    """A tie at the last seat for which no lot is confirmed; `motion_id` names the election."""

    code = "lot_needed"
    message = "选举“{title}”在最后席位上得票并列，请先抽签，由书记登记、监督员确认后再公布。"


class MarksUnlawful(Invalid):
    """A mark for nobody on the sheet, more marks than seats, or a choice where marks belong."""

    code = "marks_unlawful"
    message = "选举部分填写有误：只能勾选本次的候选人，人数不超过席位数，选举事项不填同意或反对。请改正后提交。"


class RuleSetUnlawful(Invalid):
    """A rule undercuts the law or contradicts another; `field`, `article` and `reason` say which and why."""

    code = "rule_set_unlawful"
    message = "规则“{field}”不能这样定：{reason}（{article}）。请改正后再提交。"


class RuleSetJustAdopted(Conflict):
    code = "rule_set_just_adopted"
    message = "刚刚有人登记了另一份议事规则，请刷新页面核对后再提交。"
