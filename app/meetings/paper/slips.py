"""The slip that the owner of a paper ballot takes home (纸质票回执): everything that a receipt in the app says."""

from textwrap import wrap

from app.core.db import db
from app.meetings.ballots import Receipt
from app.meetings.documents.data import moment_text
from app.meetings.models import Meeting, PaperSheet

GROUP = 16


def slip_of(sheet: PaperSheet, number: int, receipt: Receipt) -> str:
    """The slip as lines to print, without choices; `number`: the party's on the electorate's list."""
    meeting = db.session.get_one(Meeting, (sheet.compound_id, sheet.meeting_id))
    return "\n".join(
        [
            "纸质表决票回执",
            f"会议：{meeting.title}",
            f"表决权编号：{number}",
            f"递交时间：{moment_text(sheet.received_at)}",
            f"回执编号：{receipt.ballot_id.hex}",
            f"存证：{_groups(receipt.leaf_hash)}",
            f"随机数：{_groups(receipt.nonce)}",
            f"公钥：{receipt.key_id}",
            f"签名：{_groups(receipt.signature)}",
            "请妥善保存。结果公布后，凭“存证”一栏可以在核验包中查到这张票，确认已计入、未被改动。",
        ]
    )


def _groups(digits: str) -> str:
    return " ".join(wrap(digits, GROUP))
