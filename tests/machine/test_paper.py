"""Random meetings where some vote on paper, beside the model: whoever was first on record has the party's vote.

To the acts of `test_meetings` come those of the table where sheets are taken in: registered in time or late, entered by
two people alike or not, set aside, seen. Domain rules, section 3.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.meetings.sheets import sheet_id
from app.org.models import Role
from tests.machine.model import Choices, Model, Party
from tests.machine.playing import run
from tests.machine.test_meetings import BALLOT, PARTIES, REASON, Meetings
from tests.support.files import pdf
from tests.support.world import at

WAITING = ("open", "mismatched")
CLASHES = ("conflict", "duplicate")
ENTERERS = st.integers(0, 2)
AGO = st.sampled_from([timedelta(), timedelta(), timedelta(hours=3), timedelta(days=2), timedelta(seconds=-1)])


@dataclass
class Sheet:
    """A sheet that was handed in; `entries`: what each enterer read, by person."""

    party: Party
    state: str
    entries: dict[int, Choices] = field(default_factory=dict)
    asked: bool = False
    seen: bool = False
    id: str = ""


class PaperParty(Party):
    """A party that may vote on paper."""

    paper: Choices | None = None

    @property
    def vote(self) -> Choices | None:
        return self.paper or super().vote


class PaperModel(Model):
    """The model with sheets."""

    sheets: list[Sheet]

    def cast(self, owner: int, place: int, choices: Choices, unknown_motion: bool) -> str | None:
        party = self.parties[place]
        if set(choices) != {"blank"} and self.ended != "cancelled" and owner in party.owners and self.held(party):
            return "paper_handed_in"
        return super().cast(owner, place, choices, unknown_motion)

    def held(self, party: Party) -> bool:
        return any(one.party is party and one.state in (*WAITING, "confirmed") for one in self.sheets)

    def receive(self, place: int, received: datetime) -> tuple[str | None, str]:
        """What refuses the sheet, or its state."""
        party = self.parties[place]
        if self.state not in ("voting", "closed"):
            return "wrong_meeting_state", ""
        if not self.opens <= received <= self.now:
            return "received_at_wrong", ""
        if received >= self.closes:
            state = "late"
        elif self.held(party):
            state = "duplicate"
        else:
            state = "conflict" if party.live else "open"
        self.sheets.append(Sheet(party, state))
        self.approvals.clear()
        return None, state

    def enter(self, sheet: Sheet, person: int, choices: Choices) -> str | None:
        if self.state not in ("voting", "closed"):
            return "wrong_meeting_state"
        if sheet.state not in WAITING:
            return "paper_sheet_not_open"
        if person not in sheet.entries and len(sheet.entries) == 2:
            return "paper_sheet_taken"
        if person in sheet.entries and sheet.state == "open":
            return "paper_entry_same_person"
        sheet.entries[person] = choices
        read = list(sheet.entries.values())
        if len(read) == 2 and read[0] == read[1]:
            assert isinstance(sheet.party, PaperParty)
            sheet.state, sheet.party.paper = "confirmed", choices
        elif len(read) == 2:
            sheet.state = "mismatched"
        return None

    def settle(self, sheet: Sheet) -> str | None:
        if self.state not in ("voting", "closed"):
            return "wrong_meeting_state"
        if sheet.state not in (*WAITING, *CLASHES) or sheet.seen:
            return "paper_sheet_settled"
        if sheet.state in WAITING and sheet.asked:
            return "paper_aside_asked"
        sheet.asked = sheet.state in WAITING
        sheet.seen = not sheet.asked
        return None

    def settle_as_second(self, sheet: Sheet) -> str | None:
        if self.state not in ("voting", "closed"):
            return "wrong_meeting_state"
        if sheet.state not in (*WAITING, *CLASHES) or sheet.seen:
            return "paper_sheet_settled"
        if sheet.state in CLASHES:
            return "forbidden"
        sheet.seen, sheet.state = True, "set_aside"
        return None

    def approve(self, capacity: str) -> str | None:
        unsettled = any(one.state in WAITING or (one.state in CLASHES and not one.seen) for one in self.sheets)
        if self.state == "closed" and unsettled:
            return "paper_sheets_unsettled"
        return super().approve(capacity)


class MeetingsWithPaper(Meetings):
    """The same meeting, with a table where paper is taken in by secretary, supervisor and a steward."""

    def make_model(self, *facts: Any) -> Model:
        model = PaperModel(*facts)
        model.sheets = []
        model.parties[:] = [PaperParty(one.owners, one.area) for one in model.parties]
        with at(model.now):
            steward = self.world.official(Role.STEWARD, self.world.compound)
        self.staff = [self.world.secretary, self.world.supervisor, steward]
        return model

    @property
    def paper(self) -> PaperModel:
        assert isinstance(self.model, PaperModel)
        return self.model

    def begin_voting(self, ballots: list[Choices]) -> None:
        """One party votes on paper at once; another's sheet is read in two ways."""
        self.hand_in_and_enter(4, ballots[4], ballots[4], timedelta())
        self.hand_in_and_enter(3, ballots[3], ballots[5], timedelta())

    @precondition(lambda self: self.model.state in ("voting", "closed"))
    @rule(place=PARTIES, one=BALLOT, other=st.none() | BALLOT, ago=AGO)
    def hand_in_and_enter(self, place: int, one: Choices, other: Choices | None, ago: timedelta) -> None:
        """Register a sheet and read it at once, alike where there is no `other` reading."""
        handed_in = len(self.paper.sheets)
        latest = min(self.model.now, self.model.closes - timedelta(seconds=1))
        self._receive(place, latest - ago, 0)
        for sheet in self.paper.sheets[handed_in:]:
            self._enter(sheet, 0, one)
            self._enter(sheet, 1, other or one)

    @precondition(lambda self: self.model.announced)
    @rule(place=PARTIES, ago=AGO, by=ENTERERS)
    def receive(self, place: int, ago: timedelta, by: int) -> None:
        self._receive(place, self.model.now - ago, by)

    @precondition(lambda self: self.model.state == "closed")
    @rule(place=PARTIES, early=st.timedeltas(timedelta(microseconds=1), timedelta(days=1)), by=ENTERERS)
    def receive_after_the_close_what_came_before(self, place: int, early: timedelta, by: int) -> None:
        self._receive(place, self.model.closes - early, by)

    def _receive(self, place: int, received: datetime, by: int) -> None:
        refusal, state = self.paper.receive(place, received)
        qr = sheet_id(UUID(self.path.rpartition("/")[2]), UUID(self.party_ids[place]))
        form = {"sheet": qr, "received_at": received.isoformat(), "file": (BytesIO(pdf()), "票.pdf")}
        with at(self.model.now):
            api = self.world.api(self.staff[by])
            answer = api("POST", f"{self.path}/paper-sheets", data=form, content_type="multipart/form-data")
        if refusal:
            assert answer.json["error"]["code"] == refusal, answer.text
            return
        assert (answer.status_code, answer.json["state"]) == (201, state), answer.text
        self.paper.sheets[-1].id = answer.json["id"]

    @precondition(lambda self: self.model.sheets)
    @rule(which=st.integers(0, 99), by=ENTERERS, choices=BALLOT)
    def enter(self, which: int, by: int, choices: Choices) -> None:
        self._enter(self.paper.sheets[which % len(self.paper.sheets)], by, choices)

    @precondition(lambda self: any(one.state in WAITING for one in self.model.sheets))
    @rule(which=st.integers(0, 99), first=st.permutations(range(3)), choices=BALLOT)
    def enter_alike(self, which: int, first: list[int], choices: Choices) -> None:
        waiting = [one for one in self.paper.sheets if one.state in WAITING]
        sheet = waiting[which % len(waiting)]
        for by in first[:2]:
            self._enter(sheet, by, choices)

    def _enter(self, sheet: Sheet, by: int, choices: Choices) -> None:
        choices = choices[: len(self.model.matters)]
        motions = [motion["id"] for motion in self.meeting()["motions"]]
        body = {"choices": dict(zip(motions, choices, strict=False))}
        choices += ("blank",) * (len(motions) - len(choices))
        expected = self.paper.enter(sheet, by, choices)
        answer = self._does(self.staff[by], "POST", f"/paper-sheets/{sheet.id}/entries", body, expected=expected)
        assert expected or answer.json["state"] == sheet.state

    @precondition(lambda self: self.model.sheets)
    @rule(which=st.integers(0, 99))
    def settle(self, which: int) -> None:
        self._settle(self.paper.sheets[which % len(self.paper.sheets)])

    @precondition(lambda self: self.model.state == "closed" and self.model.sheets)
    @rule()
    def settle_all_and_count(self) -> None:
        for sheet in self.paper.sheets:
            self._settle(sheet)
        self.approve_the_count(False)
        self.approve_the_count(True)

    def _settle(self, sheet: Sheet) -> None:
        path = f"/paper-sheets/{sheet.id}/settlement"
        self._does(self.world.secretary, "POST", path, REASON, expected=self.paper.settle(sheet))
        second = self.paper.settle_as_second(sheet)
        self._does(self.world.supervisor, "POST", path, REASON, expected=second)

    def _compare(self, record: dict[str, Any]) -> None:
        super()._compare(record)
        states = [one.state for one in self.paper.sheets]
        found = record.get("paper", {})
        for name, state in (("ballots", "confirmed"), ("late", "late"), ("after_app", "conflict")):
            assert found.get(name, 0) == states.count(state)


@pytest.mark.parametrize("examples", [4])
def test_with_paper_too_the_count_is_the_model_s(app: Flask, examples: int):
    run(MeetingsWithPaper, app, examples)
