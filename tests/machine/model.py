"""A meeting as simply as it can be said: what an act is refused for, what it changes, who took part, how it ends.

Nothing of the product is used here: fractions instead of the tally's integers, lists instead of a database.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
COUNT_WINDOW = timedelta(minutes=30)
LONGEST_EXTENSION, LONGEST_VOTING, NOTICE = 7, 60, 15
SPECIAL = (6, 7, 8)

Choices = tuple[str, ...]


@dataclass
class Party:
    """A voting party: its owners and its area, and the ballots of its owners that count or would, the first first."""

    owners: tuple[int, ...]
    area: int
    live: list[tuple[int, Choices]] = field(default_factory=list)
    changed: bool = False

    @property
    def vote(self) -> Choices | None:
        """What counts: the ballot that all live ones agree on."""
        said = {choices for _, choices in self.live}
        return self.live[0][1] if len(said) == 1 else None


@dataclass
class Model:
    """Each act returns the code that refuses it, or None and is done. `now`, `opens`, `closes` are aware."""

    now: datetime
    opens: datetime
    closes: datetime
    parties: list[Party]
    matters: list[int]
    extension_allowed: bool
    change_allowed: bool = False
    ended: str | None = None
    announced: bool = False
    first_closes: datetime | None = None
    approvals: dict[str, datetime] = field(default_factory=dict)
    cancel_asked_as: str | None = None
    redrafted: bool = False

    @property
    def state(self) -> str:
        if self.ended or not self.announced:
            return self.ended or "draft"
        if self.now < self.opens:
            return "announced"
        return "voting" if self.now < self.closes else "closed"

    def announce(self) -> str | None:
        if self.state != "draft":
            return "wrong_meeting_state"
        if not self.matters:
            return "no_motions"
        if days(self.now, self.opens) < NOTICE:
            return "schedule_defective"
        self.announced = True
        return None

    def add_motion(self, matter: int) -> str | None:
        if self.state != "draft":
            return "wrong_meeting_state"
        self.matters.append(matter)
        return None

    def remove_motion(self) -> str | None:
        if self.state != "draft":
            return "wrong_meeting_state"
        self.matters.pop()
        return None

    def rename(self) -> str | None:
        return None if self.state == "draft" else "wrong_meeting_state"

    def cast(self, owner: int, place: int, choices: Choices, unknown_motion: bool) -> str | None:
        party = self.parties[place]
        if set(choices) == {"blank"}:
            return "ballot_empty"
        if self.ended == "cancelled":
            return "meeting_cancelled"
        if owner not in party.owners:
            return "not_your_vote"
        if self.state != "voting":
            if party.live:
                return "ballot_already_cast"
            return "voting_not_open" if self.state == "announced" else "voting_closed"
        if unknown_motion:
            return "unknown_motion"
        return self._stand(party, owner, choices)

    def _stand(self, party: Party, owner: int, choices: Choices) -> str | None:
        others = [said for who, said in party.live if who != owner]
        mine = len(others) < len(party.live)
        if self.change_allowed and party.live == [(owner, choices)]:
            return None
        if mine and not others and self.change_allowed:
            return "ballot_change_used" if party.changed else "ballot_changeable"
        if mine and not others:
            return "ballot_already_cast"
        if mine and others != [choices]:
            return "ballot_disputed"
        if mine:
            party.live = [one for one in party.live if one[0] != owner]
        elif others != [choices]:
            party.live.append((owner, choices))
        return None

    def change(self, owner: int, place: int, replaced: tuple[int, bool], choices: Choices) -> str | None:
        """Change the ballot of the owner `replaced[0]`; `replaced[1]`: whether it is still the one that stands."""
        party, (of, stands) = self.parties[place], replaced
        if set(choices) == {"blank"}:
            return "ballot_empty"
        if self.ended == "cancelled":
            return "meeting_cancelled"
        if owner not in party.owners:
            return "not_your_vote"
        if self.change_allowed and party.live == [(owner, choices)] and of == owner:
            return None
        if self.state != "voting":
            return "voting_closed"
        if not self.change_allowed:
            return "ballot_already_cast"
        if of != owner:
            return "ballot_of_another"
        if party.changed:
            return "ballot_change_used"
        if len(party.live) > 1:
            return "ballot_disputed"
        if not stands or party.live[0][0] != owner:
            return "ballot_already_cast"
        party.live, party.changed = [(owner, choices)], True
        return None

    def withdraw(self, owner: int, place: int) -> str | None:
        party = self.parties[place]
        if self.state != "voting":
            return "wrong_meeting_state"
        if len(party.live) < 2:
            return "ballot_not_disputed"
        party.live = [one for one in party.live if one[0] != owner]
        return None

    def extend(self, closes: datetime) -> str | None:
        if self.state != "voting":
            return "wrong_meeting_state"
        first = self.first_closes or self.closes
        lawful = (
            self.extension_allowed
            and closes > self.closes
            and days(first, closes) <= LONGEST_EXTENSION
            and days(self.opens, closes) <= LONGEST_VOTING
            and not two_thirds(self.electorate, self.turnout)
        )
        if not lawful:
            return "extension_not_allowed"
        self.first_closes, self.closes = first, closes
        return None

    def cancel(self, capacity: str) -> str | None:
        if self.state in ("counted", "published", "cancelled"):
            return "wrong_meeting_state"
        if self.state not in ("voting", "closed"):
            if capacity == "supervisor":
                return "forbidden"
            self.ended = "cancelled"
        elif self.cancel_asked_as == capacity:
            return "cancellation_asked"
        elif self.cancel_asked_as:
            self.ended = "cancelled"
        else:
            self.cancel_asked_as = capacity
        return None

    def redraft(self) -> str | None:
        if self.state not in ("announced", "cancelled"):
            return "wrong_meeting_state"
        if self.redrafted:
            return "already_redrafted"
        self.redrafted, self.ended = True, "cancelled"
        return None

    def approve(self, capacity: str) -> str | None:
        if self.state != "closed":
            return "wrong_meeting_state"
        self.approvals = {who: at for who, at in self.approvals.items() if self.now - at <= COUNT_WINDOW}
        if capacity in self.approvals:
            return "count_already_approved"
        self.approvals[capacity] = self.now
        if len(self.approvals) == 2:
            self.ended = "counted"
        return None

    def publish(self) -> str | None:
        if self.state != "counted":
            return "wrong_meeting_state"
        self.ended = "published"
        return None

    @property
    def electorate(self) -> tuple[int, int]:
        return len(self.parties), sum(party.area for party in self.parties)

    @property
    def turnout(self) -> tuple[int, int]:
        """Persons and area of the parties whose ballot counts."""
        voted = [party for party in self.parties if party.vote]
        return len(voted), sum(party.area for party in voted)

    def votes(self, place: int, *choices: str) -> tuple[int, int]:
        """Persons and area that chose one of these on a motion."""
        found = [party for party in self.parties if party.vote and party.vote[place] in choices]
        return len(found), sum(party.area for party in found)

    def verdict(self, place: int) -> str:
        """Civil Code 278, in fractions. A motion left blank: not taking part in it."""
        taking_part, in_favour = self.votes(place, "for", "against", "abstain"), self.votes(place, "for")
        if not two_thirds(self.electorate, taking_part):
            return "no_quorum"
        shares = [Fraction(part, whole) for part, whole in zip(in_favour, taking_part, strict=True)]
        if self.matters[place] in SPECIAL:
            return "passes" if min(shares) >= Fraction(3, 4) else "fails"
        return "passes" if min(shares) > Fraction(1, 2) else "fails"


def two_thirds(whole: tuple[int, int], part: tuple[int, int]) -> bool:
    """At least two thirds by persons and by area."""
    return all(Fraction(share, of) >= Fraction(2, 3) for share, of in zip(part, whole, strict=True))


def days(earlier: datetime, later: datetime) -> int:
    """Calendar days in China, the first not counted."""

    def day(moment: datetime) -> date:
        return moment.astimezone(CHINA).date()

    return (day(later) - day(earlier)).days
