"""What paper ballots can be refused for. Each sentence says what to do next."""

from app.core.errors import Conflict, Invalid, NotFound


class PaperHandedIn(Conflict):
    """The party's signed sheet is on record: it came first."""

    code = "paper_handed_in"
    message = "您（或共有人）的纸质表决票已经收到，以先到的纸质票为准，不用再投。如非本人递交，请联系小区党支部书记。"


class SheetNotFound(NotFound):
    code = "paper_sheet_not_found"
    message = "没有找到这张纸质表决票，请刷新页面后再试。"


class SheetOfOtherMeeting(Invalid):
    """The QR code is of another meeting, or its party is not in this electorate."""

    code = "sheet_of_other_meeting"
    message = "这张表决票不属于本次业主大会，请核对会议名称，到对应的会议里登记。"


class SheetUnexplained(Invalid):
    """A sheet without QR code needs a reason, one with it must have none."""

    code = "sheet_unexplained"
    message = "无法识别的表决票请说明原因（如二维码破损）；能扫描二维码的，不用填写原因。"


class ReceivedAtWrong(Invalid):
    """Handed in before the opening, or in the future; `opens_at` is the opening."""

    code = "received_at_wrong"
    message = "递交时间应当在投票开始之后、现在之前，请核对收件登记后重新填写。"


class SheetNotOpen(Conflict):
    """The sheet waits for no entry; `state` says why."""

    code = "paper_sheet_not_open"
    message = "这张纸质表决票{state_text}，不能再录入。请刷新页面查看。"


class SheetTaken(Conflict):
    code = "paper_sheet_taken"
    message = "这张纸质表决票已有两人录入，不用再录。请录入下一张。"


class SamePersonAgain(Conflict):
    code = "paper_entry_same_person"
    message = "您已经录入过这张表决票，须由另一人独立录入后才生效。请交给另一位工作人员。"


class SpoiledAndMarked(Invalid):
    """A motion both spoiled and marked."""

    code = "spoiled_and_marked"
    message = "同一事项不能既有选择又是废票。多选或无法辨认的，请只标为废票。"


class SheetSettled(Conflict):
    """A sheet that counts, was recorded as not counting, or was settled before, is not to be settled."""

    code = "paper_sheet_settled"
    message = "这张纸质表决票{state_text}，不需要处理。请刷新页面查看。"


class AsideAsked(Conflict):
    """Whoever asked to set a sheet aside cannot do it alone; it was asked at `asked_at`."""

    code = "paper_aside_asked"
    message = "您已经提出作废这张表决票，须由另一人（书记或者监督员）核对原件后确认。请通知另一位办理人。"


class PlaceNotTaken(Conflict):
    code = "paper_place_not_taken"
    message = "这个录入位置现在没有人，不需要移交。请刷新页面查看。"


class PlaceEntered(Conflict):
    """What was entered stays; a mismatch is settled by the two who entered."""

    code = "paper_place_entered"
    message = "这个位置的录入人已经录入，不能再移交。两人录入不一致又无法更正的，请两人办理作废后重新登记。"


class ScanSecret(Conflict):
    """Until the count only the two enterers may look at a scan: it shows choices."""

    code = "scan_secret"
    message = "计票之前，表决票扫描件只有两位录入人可以查看。要录入这张票，请先点“开始录入”。"


class SheetsUnsettled(Conflict):
    """Sheets that wait for entries, agreement or the secretary; `sheets` names the first hundred of `number`."""

    code = "paper_sheets_unsettled"
    message = "还有 {number} 张纸质表决票没有录完、两人录入不一致或者有冲突，请先逐张处理，再确认计票。"
