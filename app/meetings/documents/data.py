"""What the documents say, as data: every field is a text ready to print, or a number of persons.

The names here are the variables of the templates, so changing one breaks a city's own template: see docs/documents.md.
Areas are texts in square metres ("78,756.37"), moments texts in China's time ("2026年5月1日9时00分").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.clock import SHANGHAI


class DocumentKind(StrEnum):
    """A document that a meeting has. The value names its template and its address."""

    ANNOUNCEMENT = "announcement"
    ELECTORATE = "electorate"
    BALLOT_SHEETS = "ballot-sheets"
    COUNT_RECORD = "count-record"
    RESULT = "result"

    @property
    def chinese(self) -> str:
        """The document's name for people."""
        return {
            "announcement": "业主大会会议公告",
            "electorate": "业主名册公示",
            "ballot-sheets": "表决票",
            "count-record": "计票记录",
            "result": "表决结果公告",
        }[self.value]

    @property
    def template(self) -> str:
        """The file name of its template."""
        return f"{self.value}.docx"


@dataclass(frozen=True, kw_only=True)
class MeetingFacts:
    """The meeting, as every document's head and foot name it. `persons` and `area` are the frozen electorate's.

    `first_closes_at` is empty unless voting was extended.
    """

    compound: str
    title: str
    convenor: str
    announced_on: str
    opens_at: str
    closes_at: str
    first_closes_at: str
    persons: int
    area: str


@dataclass(frozen=True, kw_only=True)
class AttachmentFacts:
    """An attachment of a motion."""

    file_name: str
    size: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class CandidateFacts:
    """Somebody who stands for election, by the place on the ballot sheet."""

    number: int
    name: str
    statement: str


@dataclass(frozen=True, kw_only=True)
class MotionFacts:
    """A motion as it is put to the vote. `heading` is its number: 一, 二, …

    An election has `seats` and `candidates`; others have 0 and none.

    `scope` is the building or stairwell that it concerns, empty for the whole compound; `persons` and `area` are those
    of its electorate.
    """

    number: int
    heading: str
    title: str
    paragraphs: Sequence[str]
    category: str
    threshold: str
    article: str
    quotation: str
    scope: str
    persons: int
    area: str
    attachments: Sequence[AttachmentFacts]
    seats: int = 0
    candidates: Sequence[CandidateFacts] = ()


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """业主大会会议公告."""

    meeting: MeetingFacts
    motions: Sequence[MotionFacts]
    rules: Sequence[str]
    objection_days: int
    objection_until: str


@dataclass(frozen=True, kw_only=True)
class ElectorateRow:
    """A unit on the electorate's list. `owners` are masked; `number` is the voting party's."""

    number: int
    door: str
    owners: str
    area: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ElectorateList:
    """业主名册公示."""

    meeting: MeetingFacts
    rows: Sequence[ElectorateRow]
    units: int
    objection_days: int
    objection_until: str


@dataclass(frozen=True, kw_only=True)
class BallotSheet:
    """One party's sheet: its motions are those in whose scope it has a unit; elections stand apart from the others.

    `sheet_id` is what its QR code (`qr` in the template) holds.
    """

    number: int
    owners: str
    doors: str
    units: int
    area: str
    motions: Sequence[MotionFacts]
    elections: Sequence[MotionFacts]
    sheet_id: str


@dataclass(frozen=True, kw_only=True)
class BallotSheets:
    """表决票."""

    meeting: MeetingFacts
    blank_rule: str
    sheets: Sequence[BallotSheet]


@dataclass(frozen=True, kw_only=True)
class VotesRow:
    """The votes for one choice."""

    choice: str
    persons: int
    area: str


@dataclass(frozen=True, kw_only=True)
class CountedMotion:
    """A motion with its count: `base` is its electorate, `took_part` what the comparisons for approval start from.

    `notes`: where silent owners joined the majority, who did and the strict count; then what the verdict had been under
    another reading, which binds nobody.
    """

    number: int
    heading: str
    title: str
    category: str
    article: str
    threshold: str
    scope: str
    base: VotesRow
    votes: Sequence[VotesRow]
    took_part: VotesRow
    comparisons: Sequence[str]
    verdict: str
    notes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class CountedCandidate:
    """A candidate with the votes; `rank` is a number or a dash, `outcome` 当选, 候补, 并列待抽签 or 未当选."""

    name: str
    persons: int
    area: str
    rank: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class CountedElection:
    """An election with its count; `comparisons` are those of the quorum."""

    number: int
    heading: str
    title: str
    article: str
    seats: int
    took_part: VotesRow
    blank: VotesRow
    comparisons: Sequence[str]
    candidates: Sequence[CountedCandidate]
    verdict: str
    notes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class TurnoutFacts:
    """Who took part, beside what two thirds need."""

    persons: int
    area: str
    needed_persons: int
    needed_area: str
    reached: bool


@dataclass(frozen=True, kw_only=True)
class Approval:
    """That somebody approved the count in a capacity."""

    capacity: str
    approved_at: str


@dataclass(frozen=True, kw_only=True)
class CountRecordSheet:
    """计票记录. `log_size` and `log_root` are the ballot log's, empty for a count without one.

    `paper`: what became of the paper ballots, in sentences; none where none was handed in. `changed`: how many ballots
    were changed, as a sentence; none where the rules allow no change.
    """

    meeting: MeetingFacts
    counted_at: str
    counted_on: str
    turnout: TurnoutFacts
    paper: Sequence[str]
    changed: Sequence[str]
    motions: Sequence[CountedMotion]
    elections: Sequence[CountedElection]
    approvals: Sequence[Approval]
    rules: Sequence[str]
    log_size: str
    log_root: str


@dataclass(frozen=True, kw_only=True)
class ResultAnnouncement:
    """表决结果公告. Preliminary until it is announced as final.

    `code`: by which anybody reads the result; `address`: where, which its QR code (`qr` in the template) holds. Both
    are empty before its publication.
    """

    meeting: MeetingFacts
    final: bool
    counted_at: str
    turnout: TurnoutFacts
    motions: Sequence[CountedMotion]
    elections: Sequence[CountedElection]
    issued_on: str
    objection_days: int
    objection_from: str
    objection_until: str
    code: str
    address: str


Document = Announcement | ElectorateList | BallotSheets | CountRecordSheet | ResultAnnouncement

KIND_OF: dict[type[Document], DocumentKind] = {
    Announcement: DocumentKind.ANNOUNCEMENT,
    ElectorateList: DocumentKind.ELECTORATE,
    BallotSheets: DocumentKind.BALLOT_SHEETS,
    CountRecordSheet: DocumentKind.COUNT_RECORD,
    ResultAnnouncement: DocumentKind.RESULT,
}

BLANK_DATE = "　　　　年　　月　　日"
_DIGITS = "零一二三四五六七八九"


def day_text(day: date) -> str:
    """A day as documents write it: 2026年5月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_text(moment: datetime) -> str:
    """An aware moment in China's time: 2026年5月1日9时00分."""
    there = moment.astimezone(SHANGHAI)
    return f"{day_text(there.date())}{there.hour}时{there.minute:02d}分"


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese: 一, 十, 十二, 二十, 二十一; larger ones in digits."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[ones] if ones else "")
