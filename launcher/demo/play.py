"""The demonstration itself: an owners' meeting, act by act, with what must come out checked beside it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from app.core.clock import SHANGHAI
from app.core.settings import Settings
from launcher.demo import messages, roll, show
from launcher.demo.checks import Checks
from launcher.demo.crowd import all_do
from launcher.demo.expected import MOTIONS, ballots, expect
from launcher.demo.http import Refused
from launcher.demo.meeting import Meeting, Party, at, next_title, prepare
from launcher.demo.product import Person, Product
from launcher.demo_roll import write_roll
from launcher.errors import LauncherError

COMPOUND = "峰景台（演示）"
UNITS, AREA_CENTI = 577, 7_875_637
"""The size that the compound published, the area in 0.01 m²; a demonstration with fewer units has its part of it."""

SECRETARY, SUPERVISOR = "13900000001", "13900000002"
KINDS = ("meeting_announced", "voting_opened", "result_published", "result_final")
DAYS_OF_NOTICE, DAYS_OF_VOTING = 16, 6
HOUR_OF_FINAL_ANNOUNCEMENT = 9


@dataclass(frozen=True)
class Options:
    """units       how many units the compound has
    share        part of the owners who vote
    seed         what their choices are drawn from
    pace         ballots a second at most; 0: as fast as it goes
    timeout_s    how long messages are waited for
    """

    units: int
    share: float
    seed: str
    pace: float
    timeout_s: float


@dataclass(frozen=True)
class Owner:
    """An owner who has arrived: who signed in, and whether the number led home."""

    person: Person
    at_home: bool


class Play:
    """One performance. What it has found out is in its attributes, for the acts that follow and for the summary."""

    def __init__(self, product: Product, settings: Settings, console: Console, options: Options) -> None:
        self.product = product
        self.settings = settings
        self.console = console
        self.options = options
        self.checks = Checks()
        self.rates: dict[str, float] = {}
        self.arrived: list[messages.Arrived] = []
        self.receipts: dict[str, str] = {}

    def perform(self) -> None:
        """From the roll to the final result. Raises LauncherError where it cannot go on."""
        self._officials()
        self._roll()
        self._owners()
        self._announce()
        self._open()
        self._vote()
        self._close()
        self._count_and_publish()
        self._announce_final()

    def _officials(self) -> None:
        self._act("书记与监督员登录 sign in")
        self.secretary, profile = self.product.arrive(SECRETARY)
        self.supervisor, _ = self.product.arrive(SUPERVISOR)
        compounds = [one["org_unit_id"] for one in profile["appointments"] if one["name"] == COMPOUND]
        if not compounds:
            raise LauncherError(f"{COMPOUND} is not in the demo organisation; its secretary is {SECRETARY}.")
        self.compound_id = compounds[0]
        self.templates = self.product.template_ids()

    def _roll(self) -> None:
        self._act("导入业主名册 import the roll")
        units = self.options.units
        with TemporaryDirectory() as folder:
            file = Path(folder) / "业主名册.xlsx"
            written = write_roll(file, units, total_area_centi=AREA_CENTI * units // UNITS, co_owned_percent=0)
            self.areas = {unit.owners[0].phone: unit.area_centi for unit in written}
            done = roll.import_roll(self.product, self.secretary, self.compound_id, file)
        roll.show(self.console, done)
        self.checks.same("State of the roll", done.state, "applied")
        counts = done.difference["counts"]
        self.checks.same("Units in the file", counts["units"], units)
        self.checks.same("Area of the roll", counts["area_centi_after"], sum(self.areas.values()))

    def _owners(self) -> None:
        self._act("业主登录、验证手机号、订阅消息 owners arrive")
        openids = self.product.openids(list(self.areas))
        wanted = [self.templates[kind] for kind in KINDS]
        signed_in = all_do(self.console, "登录 sign-ins", self.areas, lambda phone: self._arrive(openids[phone]))
        self.rates["sign-ins"] = signed_in.per_second
        self.people = {phone: owner.person for phone, owner in signed_in.results.items()}
        at_home = sum(owner.at_home for owner in signed_in.results.values())
        self.checks.same("Owners whose home was found by their number", at_home, len(self.areas))
        all_do(self.console, "订阅 accepts", self.people.values(), lambda person: self.product.accept(person, wanted))

    def _arrive(self, openid: str) -> Owner:
        person = self.product.sign_in(openid)
        profile = self.product.get("/me", person) if person.phone_verified else self.product.prove_phone(person)
        homes = [home for home in profile["homes"] if home["compound_id"] == self.compound_id]
        if not homes and person.phone_verified:  # proven before the roll knew the number
            homes = self.product.prove_phone(person)["homes"]
        return Owner(person, [home["state"] for home in homes] == ["accepted"])

    def _announce(self) -> None:
        now = self.product.now().astimezone(SHANGHAI)
        self.opens_at = at(now, DAYS_OF_NOTICE, 9)
        self.closes_at = at(now, DAYS_OF_NOTICE + DAYS_OF_VOTING, 18)
        self.title = next_title(self.product, self.secretary, self.compound_id, now.year)
        self._act(f"公告《{self.title}》 announce")
        times = (self.opens_at, self.closes_at)
        self.meeting: Meeting = prepare(self.product, self.secretary, self.compound_id, self.title, *times)
        self.motion_ids = self.meeting.add_motions(MOTIONS)
        seen = self.meeting.announce()
        self.checks.same(
            "Categories",
            [one["category"] for one in seen["motions"]],
            ["special" if planned.special else "ordinary" for planned in MOTIONS],
        )
        openids = [person.openid for person in self.people.values()]
        self.postbox = messages.Postbox(self.product, self.settings, self.console, self.meeting.id, openids)
        self._messages("meeting_announced")

    def _open(self) -> None:
        self._act(f"时钟拨到 {self.opens_at:%Y-%m-%d %H:%M}，投票开始 voting opens")
        self.product.move_clock(self.opens_at)
        self._messages("voting_opened")
        read = all_do(self.console, "查看会议 reads", self.people, lambda one: self.meeting.party_of(self.people[one]))
        self.parties: dict[str, Party] = read.results
        self.rates["reads"] = read.per_second
        self.checks.same(
            "Areas of the voting parties", {p: one.area_centi for p, one in self.parties.items()} == self.areas, True
        )

    def _vote(self) -> None:
        self._act("投票 voting")
        self.ballots = ballots(list(self.areas), self.options.share, f"{self.options.seed}:{self.title}")
        self.expected = expect(self.areas, self.ballots)
        cast = all_do(self.console, "表决票 ballots", self.ballots, self._cast, self.options.pace, self._live_turnout)
        self.receipts = cast.results
        self.rates["ballots"] = cast.per_second
        self.checks.turnout(self.meeting.turnout(self.secretary), self.expected)

    def _cast(self, voter: str) -> str:
        return self.meeting.cast(self.people[voter], self.parties[voter], self._choices(voter))

    def _choices(self, voter: str) -> dict[str, str]:
        return dict(zip(self.motion_ids, self.ballots[voter], strict=True))

    def _live_turnout(self) -> str:
        return show.turnout_words(self.meeting.turnout(self.secretary))

    def _close(self) -> None:
        self._act(f"时钟拨到 {self.closes_at:%Y-%m-%d %H:%M}，投票截止 voting closes")
        self.product.move_clock(self.closes_at)
        late = next(phone for phone in self.areas if phone not in self.ballots)
        choices = dict.fromkeys(self.motion_ids, "for")
        try:
            code = "accepted " + self.meeting.cast(self.people[late], self.parties[late], choices)
        except Refused as refusal:
            code = refusal.code
            self.console.print(f"  迟到的表决票被拒绝 late ballot refused: {refusal.text}")
        self.checks.same("A ballot after the close", code, "voting_closed")

    def _count_and_publish(self) -> None:
        self._act("书记与监督员计票、公布结果 count and publish")
        self.record = self.meeting.count(self.supervisor)
        self.checks.record(self.record, self.expected, self.motion_ids)
        published = self.meeting.publish()
        self.checks.same("State of the meeting", published["state"], "published")
        self.checks.same("Receipts and ballots counted", len(self.receipts), self.record["turnout"]["persons"])
        kept = all_do(self.console, "核对回执 receipts", self.receipts, self._kept).results
        self.checks.same("Receipts whose ballot is there as cast", sum(kept.values()), len(self.receipts))
        self._messages("result_published")
        self.objections_until = datetime.fromisoformat(published["objections_until"])

    def _announce_final(self) -> None:
        moment = at(self.objections_until.astimezone(SHANGHAI), 0, HOUR_OF_FINAL_ANNOUNCEMENT)
        self._act(f"时钟拨到 {moment:%Y-%m-%d %H:%M}，公示期满，正式公告 final announcement")
        self.product.move_clock(moment)
        self.checks.same("State of the result", self.meeting.announce_final()["state"], "final")
        self._messages("result_final")

    def _kept(self, voter: str) -> bool:
        return self.meeting.receipt_of(self.people[voter], self._choices(voter)) == self.receipts[voter]

    def _messages(self, kind: str) -> None:
        arrived = self.postbox.wait_for(kind, self.templates[kind], self.options.timeout_s)
        messages.check(self.checks, arrived)
        self.arrived.append(arrived)

    def _act(self, words: str) -> None:
        self.console.print(f"[bold]{words}[/bold]")
